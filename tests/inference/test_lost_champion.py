"""The champion that `models/current` names is damaged or gone while the bot runs."""

import shutil
from pathlib import Path

import pytest

from inference.decoding.photo import decode
from inference.service import RecognitionService
from models.registry import RegistryError
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


async def test_at_the_start_it_is_an_error(home: Path) -> None:
    (home / "models" / "current").write_text("v007\n")
    with pytest.raises(RegistryError, match="v007"):
        async with RecognitionService(home / "models", home / "weights", "cpu"):
            pass
