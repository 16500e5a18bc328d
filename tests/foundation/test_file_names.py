from pathlib import Path

from foundation.file_names import readable
from foundation.translation import _


def test_a_name_stays_on_its_line() -> None:
    for odd in ("\n", "\r", "\x1b", "\u2028"):
        assert readable(f"a{odd}b") == "a\ufffdb"
    for name in ("Zoë 李小龙.jpg", "\u200fEwa", "👨‍👩‍👧", "a\u3000b"):
        assert readable(name) == name


def test_so_does_a_path_in_a_sentence() -> None:
    assert _("There is no {file}.", file=Path("in/an\nna/\udce9.jpg")) == "There is no in/an\ufffdna/\ufffd.jpg."
