"""The champion that `models/current` names is damaged or gone while the bot runs."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

import cli
from inference.decoding.photo import decode
from inference.service import NotTrained, RecognitionService
from models.forgetting import forget
from models.registry import Registry, RegistryError
from models.renaming import rename_in_versions
from tests.bot.trained import portrait


@pytest.fixture
def home(trained_home: Path, tmp_path: Path) -> Path:
    return shutil.copytree(trained_home, tmp_path / "family")


@pytest.mark.parametrize("damage", ["missing", "torn"])
async def test_the_version_before_goes_on_answering(home: Path, damage: str, caplog: pytest.LogCaptureFixture) -> None:
    photo = decode(portrait("amelia", 1))
    async with RecognitionService(home / "models", home / "weights", "cpu") as service:
        before = await service.recognize(photo)
        if damage == "torn":
            shutil.copytree(home / "models" / "v001", home / "models" / "v002")
            (home / "models" / "v002" / "weights.safetensors").write_bytes(b"\x00" * 64)
        (home / "models" / "current").write_text("v002\n")
        for _ in range(2):
            assert (await service.recognize(photo))[0].version == before[0].version
        assert [record.levelname for record in caplog.records] == ["ERROR"]
        assert "v002" in caplog.text

        shutil.rmtree(home / "models" / "v002", ignore_errors=True)
        shutil.copytree(home / "models" / "v001", home / "models" / "v002")
        card = home / "models" / "v002" / "card.json"
        card.write_text(card.read_text().replace('"version": "v001"', '"version": "v002"'))
        assert (await service.recognize(photo))[0].version == "v002"


@pytest.fixture
def two(home: Path) -> Registry:
    """The champion's copy has taken over from it."""
    registry = Registry(home / "models")
    shutil.copytree(home / "models" / "v001", home / "models" / "v002")
    card = home / "models" / "v002" / "card.json"
    card.write_text(card.read_text().replace('"version": "v001"', '"version": "v002"'))
    registry.promote("v002")
    return registry


def _halve(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def _zero_the_end(file: Path) -> None:
    """As a power cut may leave a file whose length was on the disk already: it loads, and means nothing."""
    content = file.read_bytes()
    file.write_bytes(content[:-4096] + bytes(4096))


WEIGHTS, CARD, CURRENT = "v002/weights.safetensors", "v002/card.json", "current"
DAMAGES: dict[str, Callable[[Path], object]] = {
    "no weights": lambda models: (models / WEIGHTS).unlink(),
    "empty weights": lambda models: (models / WEIGHTS).write_bytes(b""),
    "half the weights": lambda models: _halve(models / WEIGHTS),
    "weights that end in zeros": lambda models: _zero_the_end(models / WEIGHTS),
    "garbage for weights": lambda models: (models / WEIGHTS).write_bytes(b"\xff\x00garbage" * 999),
    "empty card": lambda models: (models / CARD).write_bytes(b""),
    "half the card": lambda models: _halve(models / CARD),
    "garbage for a card": lambda models: (models / CARD).write_bytes(b"\xff\x00garbage"),
    "no version": lambda models: shutil.rmtree(models / "v002"),
    "garbage everywhere": lambda models: [
        (models / name).write_bytes(b"\xff\xfe\x00\n{}\n[1]\n") for name in (CURRENT, "promotions.jsonl", CARD)
    ],
}
ON_CURRENT: dict[str, Callable[[Path], object]] = {
    "empty current": lambda models: (models / CURRENT).write_bytes(b""),
    "garbage in current": lambda models: (models / CURRENT).write_bytes(b"\xff\xfe\x00v00"),
    "half a name in current": lambda models: (models / CURRENT).write_text("v0"),
    "garbage in the history too": lambda models: [
        (models / name).write_bytes(b"\xff\xfe\x00\n{}\n[1]\n") for name in (CURRENT, "promotions.jsonl")
    ],
}
CASES = [(name, damage, "v001") for name, damage in DAMAGES.items()] + [
    (name, damage, "v002") for name, damage in ON_CURRENT.items()
]
"""What is damaged, how, and who answers then: of a lost `current`, whoever was promoted last."""
damages = pytest.mark.parametrize(("damage", "answers"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])


@damages
async def test_at_the_start_the_version_before_answers_and_it_is_said(
    home: Path, two: Registry, damage: Callable[[Path], object], answers: str, caplog: pytest.LogCaptureFixture
) -> None:
    damage(two.folder)
    photo = decode(portrait("amelia", 1))
    async with RecognitionService(two.folder, home / "weights", "cpu") as service:
        for _ in range(2):
            assert (await service.recognize(photo))[0].version == answers
        assert service.trouble is not None
        assert f"Until then {answers} answers." in service.trouble
        assert caplog.messages == [service.trouble]
        two.promote(answers)
        await service.follow()
        assert service.trouble is None


@damages
def test_a_rollback_mends_it(
    home: Path,
    two: Registry,
    damage: Callable[[Path], object],
    answers: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    damage(two.folder)
    monkeypatch.setenv("COUSINBOT_HOME", str(home))
    monkeypatch.setenv("COUSINBOT_DEVICE", "cpu")
    result = CliRunner().invoke(cli.main, ["models", "rollback"])
    assert (result.exit_code, result.stdout) == (0, f"{answers} answers now.\n"), result.output
    assert two.current() == answers


def test_a_rollback_passes_over_what_cannot_be_loaded(
    home: Path, two: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(home / "models" / "v002", home / "models" / "v003")
    two.promote("v003")
    (two.folder / WEIGHTS).write_bytes(b"")
    monkeypatch.setenv("COUSINBOT_HOME", str(home))
    monkeypatch.setenv("COUSINBOT_DEVICE", "cpu")
    result = CliRunner().invoke(cli.main, ["models", "rollback"])
    assert (result.exit_code, result.stdout) == (0, "v001 answers now.\n"), result.output
    assert result.stderr.startswith("v002 is passed over. Version v002 can't be loaded")


@pytest.mark.parametrize("file", ["weights.safetensors", "card.json"])
def test_what_cannot_be_loaded_is_not_promoted(
    home: Path, two: Registry, file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    two.promote("v001")
    (two.folder / "v002" / file).write_bytes(b"")
    monkeypatch.setenv("COUSINBOT_HOME", str(home))
    monkeypatch.setenv("COUSINBOT_DEVICE", "cpu")
    result = CliRunner().invoke(cli.main, ["models", "promote", "v002"])
    assert result.exit_code == 1
    assert "v002 can't be loaded" in result.stderr
    assert "answers now" not in result.output
    assert two.current() == "v001"


def test_a_version_is_meant_however_it_is_typed(home: Path, two: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUSINBOT_HOME", str(home))
    monkeypatch.setenv("COUSINBOT_DEVICE", "cpu")
    assert CliRunner().invoke(cli.main, ["models", "promote", "V001"]).stdout == "v001 answers now.\n"
    assert json.loads(CliRunner().invoke(cli.main, ["models", "show", "V002", "--json"]).stdout)["version"] == "v002"


def test_a_version_is_on_the_disk_before_current_names_it(two: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    """However it came here: from a backup, or by hand."""
    synced: list[tuple[int, str | None]] = []
    monkeypatch.setattr("os.fsync", lambda file: synced.append((os.fstat(file).st_ino, two.current())))
    two.promote("v001")
    folder = two.path("v001")
    before = {place for place, champion in synced if champion == "v002"}
    assert before >= {place.stat().st_ino for place in (*folder.iterdir(), folder, two.folder)}


async def test_where_no_version_can_be_loaded_the_champions_trouble_is_said(home: Path, two: Registry) -> None:
    (two.folder / "current").write_text("v007\n")
    for version in ("v001", "v002"):
        (two.folder / version / "weights.safetensors").write_bytes(b"")
    with pytest.raises(RegistryError, match="v007"):
        async with RecognitionService(two.folder, home / "weights", "cpu"):
            pass


async def test_who_was_forgotten_is_not_named_from_memory(home: Path) -> None:
    """Nobody is left to recognise: `current` is gone, and the bot runs."""
    photo, registry = decode(portrait("amelia", 1)), Registry(home / "models")
    async with RecognitionService(home / "models", home / "weights", "cpu") as service:
        await service.recognize(photo)
        assert forget(registry, lambda face: True).champion is None
        with pytest.raises(NotTrained):
            await service.recognize(photo)
        assert (service.version, service.cousins) == (None, ())


async def test_of_files_that_were_damaged_after_they_were_read_it_is_said_who_answers(home: Path) -> None:
    """“v001 can't be loaded. Until then v001 answers” says two things at once."""
    photo = decode(portrait("amelia", 1))
    async with RecognitionService(home / "models", home / "weights", "cpu") as service:
        await service.recognize(photo)
        (home / "models" / "v001" / "weights.safetensors").write_bytes(b"garbage")
        await service.recognize(photo)
        assert service.trouble is not None
        assert service.trouble.endswith("v001 goes on answering until the bot is stopped.")


async def test_who_was_renamed_is_not_named_by_what_is_in_memory(home: Path, two: Registry) -> None:
    """Under the old name they would be a cousin without a folder."""
    photo = decode(portrait("amelia", 1))
    async with RecognitionService(two.folder, home / "weights", "cpu") as service:
        (face,) = await service.recognize(photo)
        assert (face.version, face.cousin) == ("v002", "amelia")
        _zero_the_end(two.folder / WEIGHTS)
        rename_in_versions(two, "amelia", "amy")
        (face,) = await service.recognize(photo)
        assert (face.version, face.cousin) == ("v001", "amy")


async def test_who_stands_in_follows_a_rename_at_once(home: Path, two: Registry) -> None:
    photo = decode(portrait("amelia", 1))
    (two.folder / CARD).write_bytes(b"")
    async with RecognitionService(two.folder, home / "weights", "cpu") as service:
        (face,) = await service.recognize(photo)
        assert (face.version, face.cousin) == ("v001", "amelia")
        rename_in_versions(two, "amelia", "amy")
        (face,) = await service.recognize(photo)
        assert (face.version, face.cousin) == ("v001", "amy")
        assert service.trouble is not None
