"""A new cousin's entry in the family's own facts.yaml."""

import os
from pathlib import Path

import pytest

from data.facts.facts_file import parse_facts
from data.facts.stub import StubError, add_stub

FAMILY = """# Our family, keep tidy!
lucy:   # the eldest
  name: Lucy <van Pelt>
  facts:
    - She gives advice.   # 5 cents

linus: ['He has a "blanket".']
# the end"""


@pytest.mark.parametrize(
    "before",
    [
        FAMILY,
        FAMILY + "\n",
        FAMILY.replace("\n", "\r\n") + "\r\n",
        "\ufeff" + FAMILY,
        "---\n" + FAMILY,
        "".join(f"  {line}\n" for line in FAMILY.splitlines()),
        "",
        "# nobody yet\n",
        "lucy:\n  - |\n    She gives\n    advice.\n",
    ],
)
def test_the_entry_is_appended_and_the_rest_stays(tmp_path: Path, before: str) -> None:
    path = tmp_path / "facts.yaml"
    path.write_bytes(before.encode())
    path.chmod(0o640)
    assert add_stub(path, "zoe_obrien", 'Zoë O\'Brien "Zo\\zo"')
    after = path.read_bytes().decode()
    assert after.startswith(before)
    book = parse_facts(after.removeprefix("\ufeff"), "facts.yaml")
    assert book.display_name("zoe_obrien") == 'Zoë O\'Brien "Zo\\zo"'
    assert book.facts("zoe_obrien") == ()
    if "lucy" in before:
        assert book.facts("lucy") == parse_facts(before.removeprefix("\ufeff"), "").facts("lucy")
    assert ("\r\n" in before) == ("\r\n" in after)
    assert path.stat().st_mode & 0o777 == 0o640
    assert [other.name for other in tmp_path.iterdir()] == ["facts.yaml"]
    assert not add_stub(path, "zoe_obrien", "Zoe O'Brien")  # once is enough
    assert path.read_bytes().decode() == after


@pytest.mark.parametrize("key", ["no", "null", "true", "1987", "мая", "美代", "'t_Hart", "St._James", "Zoë_O'Brien"])
def test_any_key_is_a_name(tmp_path: Path, key: str) -> None:
    path = tmp_path / "facts.yaml"
    path.write_text(FAMILY)
    assert add_stub(path, key, key)
    assert parse_facts(path.read_text(), "facts.yaml").cousins == ("lucy", "linus", key)


def test_a_missing_file_is_begun(tmp_path: Path) -> None:
    assert add_stub(tmp_path / "facts.yaml", "maya", "Maya")
    assert parse_facts((tmp_path / "facts.yaml").read_text(), "facts.yaml").cousins == ("maya",)


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real.yaml").write_text(FAMILY)
    (tmp_path / "facts.yaml").symlink_to("real.yaml")
    add_stub(tmp_path / "facts.yaml", "maya", "Maya")
    assert (tmp_path / "facts.yaml").is_symlink()
    assert "maya" in (tmp_path / "real.yaml").read_text()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"lucy: [a\n", "facts.yaml"),
        (b"lucy:\n  - a: b\n", "line 2"),
        ("lucy: [ä]".encode("latin-1"), "not UTF-8"),
        (b"{lucy: [a], linus: [b]}\n", "nothing can be added at its end"),
        (b"lucy: [a]\n...\n", "nothing can be added at its end"),
    ],
)
def test_what_cannot_be_added_to_is_left_alone(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "facts.yaml"
    path.write_bytes(content)
    with pytest.raises(StubError, match=says) as caught:
        add_stub(path, "maya", "Maya")
    assert 'maya:\n  name: "Maya"' in caught.value.stub
    assert path.read_bytes() == content
    assert [other.name for other in tmp_path.iterdir()] == ["facts.yaml"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_is_read_only(tmp_path: Path) -> None:
    path = tmp_path / "facts.yaml"
    path.write_text(FAMILY)
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(StubError, match=r"cannot be written \(Permission denied\)"):
            add_stub(path, "maya", "Maya")
    finally:
        tmp_path.chmod(0o700)
    assert path.read_text() == FAMILY


def test_what_the_family_saves_meanwhile_is_not_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "facts.yaml"
    path.write_text(FAMILY)
    read_bytes = Path.read_bytes

    def read_and_be_overtaken(self: Path) -> bytes:
        content = read_bytes(self)
        monkeypatch.undo()
        path.write_text(FAMILY + "\nsally: [She is in love.]\n")
        return content

    monkeypatch.setattr(Path, "read_bytes", read_and_be_overtaken)
    assert add_stub(path, "maya", "Maya")
    assert parse_facts(path.read_text(), "").cousins == ("lucy", "linus", "sally", "maya")
