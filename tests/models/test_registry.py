import json
import os
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from models.card import Card, Metrics
from models.promotions import Promotions
from models.registry import Registry, RegistryError


def card(version: str) -> Card:
    metrics = Metrics(
        closed_set_accuracy=1.0,
        closed_set_ci95=(0.8, 1.0),
        per_cousin={"ada": 1.0, "bob": 1.0},
        confused=[],
        named_correctly=1.0,
        look_alikes_refused=1.0,
        ece=0.1,
        photos=10,
    )
    return Card(
        version=version,
        created=datetime(2026, 6, 1, tzinfo=UTC),
        architecture="face",
        crop="aligned",
        size=150,
        network="face-0",
        detector="hog",
        cousins=["ada", "bob"],
        threshold=0.9,
        slope=10.0,
        temperature=1.0,
        stages=[],
        metrics=metrics,
        samples=[],
        skipped=[],
        corrections=[],
        parent=None,
        libraries={},
        device="cpu",
        seconds=1.0,
    )


def add(registry: Registry) -> str:
    with registry.new_version() as (version, folder):
        (folder / "card.json").write_text(card(version).model_dump_json())
    return version


def promoted(registry: Registry) -> list[str]:
    """Every promotion there was, oldest first."""
    return [promotion.version for promotion in Promotions(registry.folder / "promotions.jsonl").all()]


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return Registry(tmp_path / "models")


def test_before_the_first_version(registry: Registry) -> None:
    assert registry.versions() == []
    assert registry.current() is None
    with pytest.raises(RegistryError, match="nothing has been trained yet"):
        registry.promote("v001")
    with pytest.raises(RegistryError, match="no earlier version"):
        registry.rollback()


def test_versions_are_numbered_in_order(registry: Registry) -> None:
    assert [add(registry), add(registry)] == ["v001", "v002"]
    assert registry.versions() == ["v001", "v002"]
    assert registry.card("v002").version == "v002"


def test_order_beyond_v999(registry: Registry) -> None:
    add(registry)
    (registry.folder / "v001").rename(registry.folder / "v999")
    assert add(registry) == "v1000"
    assert add(registry) == "v1001"
    assert registry.versions() == ["v999", "v1000", "v1001"]
    for version in registry.versions():
        registry.promote(version)
    assert registry.rollback() == "v1000"
    assert registry.rollback() == "v999"


def test_a_new_version_is_private_and_appears_whole(registry: Registry) -> None:
    with registry.new_version() as (version, folder):
        (folder / "card.json").write_text(card(version).model_dump_json())
        assert registry.versions() == []
    assert (registry.folder / version).stat().st_mode & 0o077 == 0


def test_a_new_version_vanishes_when_its_making_fails(registry: Registry) -> None:
    def full_disk() -> None:
        with registry.new_version() as (_, folder):
            (folder / "weights.safetensors").write_bytes(b"half")
            raise OSError("no space left")

    with pytest.raises(OSError, match="no space left"):
        full_disk()
    assert list(registry.folder.iterdir()) == []
    assert add(registry) == "v001"


def test_promote_and_roll_back(registry: Registry) -> None:
    first, second, third = add(registry), add(registry), add(registry)
    registry.promote(first)
    registry.promote(third)  # the second was worse and stayed a challenger
    assert registry.current() == third
    assert registry.rollback() == first
    assert registry.current() == first
    with pytest.raises(RegistryError, match="no earlier version"):
        registry.rollback()
    assert promoted(registry) == [first, third, first]
    assert second in registry.versions()


def test_roll_back_passes_over_a_version_that_was_deleted(registry: Registry) -> None:
    versions = [add(registry) for _ in range(3)]
    for version in versions:
        registry.promote(version)
    (registry.folder / "v002" / "card.json").unlink()
    (registry.folder / "v002").rmdir()
    assert registry.rollback() == "v001"


def test_a_version_is_on_the_disk_before_it_has_its_name(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a power cut may leave a version whose weights are empty."""
    synced: list[tuple[int, list[str]]] = []
    monkeypatch.setattr("os.fsync", lambda file: synced.append((os.fstat(file).st_ino, registry.versions())))
    version = add(registry)
    folder = registry.path(version)
    places = (folder / "card.json", folder, registry.folder)
    assert synced == [(place.stat().st_ino, []) for place in places[:2]] + [(places[2].stat().st_ino, [version])]


def test_current_is_replaced_atomically(registry: Registry) -> None:
    """A reader never sees an empty or half-written name while versions take over from each other."""
    versions = {add(registry), add(registry)}
    registry.promote("v001")
    over = threading.Event()
    seen: set[str | None] = set()

    def read() -> None:
        while not over.is_set():
            seen.add(registry.current())

    reader = threading.Thread(target=read)
    reader.start()
    for _ in range(40):
        for version in versions:
            registry.promote(version)
    over.set()
    reader.join()
    assert seen <= versions
    assert not list(registry.folder.glob(".current-*"))


@pytest.mark.parametrize("name", ["../outside", "v001/../../outside", "/etc", "", ".", "v1", "V001", "v001\n"])
def test_a_name_cannot_leave_the_folder(registry: Registry, name: str) -> None:
    add(registry)
    outside = registry.folder.parent / "outside"
    outside.mkdir()
    (outside / "card.json").write_text(card("v001").model_dump_json())
    for use in (registry.path, registry.card, registry.promote):
        with pytest.raises(RegistryError, match="There is no version"):
            use(name)
    assert registry.current() is None


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        (b"", "its file card.json is damaged"),
        (b"{", "its file card.json is damaged"),
        (b"\xff\xfe", "its file card.json is damaged"),
        (b'{"format": 4}', "it was made by a newer cousinbot, so update cousinbot first"),
        (b'{"format": 3}', "in its file card.json, “version” is missing, wrong or unknown"),
        (card("v001").model_dump_json().encode(), "in its file card.json, “surprise” is missing, wrong or unknown"),
    ],
)
def test_a_broken_card_is_named(registry: Registry, broken: bytes, why: str) -> None:
    version = add(registry)
    if broken.startswith(b'{"format":3'):
        broken = json.dumps(json.loads(broken) | {"surprise": 1}).encode()
    (registry.folder / version / "card.json").write_bytes(broken)
    with pytest.raises(RegistryError) as raised:
        registry.card(version)
    assert str(raised.value).startswith(f"The card of version v001 can't be read ({why}). Please train again, or go")


def test_the_history_is_replaced_whole(registry: Registry) -> None:
    """A power cut between two promotions, or while one is written, leaves a history that can be read."""
    registry.promote(add(registry))
    before = (registry.folder / "promotions.jsonl").stat().st_ino
    registry.promote(add(registry))
    assert (registry.folder / "promotions.jsonl").stat().st_ino != before
    assert promoted(registry) == ["v001", "v002"]


@pytest.mark.parametrize("content", ["garbage\n", "v\n", "../x"])
def test_a_current_that_names_no_version(registry: Registry, content: str) -> None:
    registry.promote(add(registry))
    (registry.folder / "current").write_text(content)
    assert registry.rollback() == "v001"


def test_what_others_leave_in_the_folder_is_no_version(registry: Registry) -> None:
    add(registry)
    for name in (".new-abc", "v01", "backup-v001", "v0010000", "@eaDir"):
        os.mkdir(registry.folder / name)  # noqa: PTH102
    assert registry.versions() == ["v001"]
