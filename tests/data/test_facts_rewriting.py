"""What the family saves while the bot writes facts.yaml."""

from collections.abc import Callable
from pathlib import Path

import pytest

from data.facts.facts_file import FactsFile, change_facts
from data.facts.parser import FactsError


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    file = tmp_path / "facts.yaml"
    file.write_text("ben: [He bakes.]\nclara: [She sails.]\n")
    return file


def _renaming(saves: Callable[[], object]) -> Callable[[str, str], str]:
    def changed(text: str, _: str) -> str:
        saves()
        return text.replace("ben:", "benedict:")

    return changed


def test_what_is_saved_meanwhile_is_changed_too(facts: Path) -> None:
    saved = iter(["ben: [He bakes, and sings.]\n"])
    assert change_facts(facts, _renaming(lambda: [facts.write_text(text) for text in saved]))
    assert facts.read_text() == "benedict: [He bakes, and sings.]\n"


def test_a_file_that_is_saved_again_and_again_is_left_alone_and_that_is_said(facts: Path) -> None:
    saves: list[str] = []

    def save() -> None:
        saves.append("x" * len(saves))
        facts.write_text(f"ben: [He bakes.]  # {saves[-1]}\n")

    with pytest.raises(FactsError, match="Somebody is editing"):
        change_facts(facts, _renaming(save))
    assert facts.read_text() == f"ben: [He bakes.]  # {saves[-1]}\n"
    assert list(facts.parent.iterdir()) == [facts]


def test_forgetting_keeps_what_was_written_of_others_meanwhile(facts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = FactsFile(facts, lambda: ["ben", "clara"])
    saved = iter(["ben: [He bakes.]\nclara: [She sails, and swims.]\n"])
    read = Path.read_bytes

    def read_and_save(path: Path) -> bytes:
        content = read(path)
        for text in saved:
            facts.write_text(text)
        return content

    monkeypatch.setattr(Path, "read_bytes", read_and_save)
    assert file.forget("ben")
    assert facts.read_text() == "clara: [She sails, and swims.]\n"
