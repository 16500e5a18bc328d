"""Whatever a cousin is called, by a folder, a command or a message: no path leaves the home."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from data import wording
from data.files.library import PhotoLibrary
from data.names import cousin_key

JPEG = b"\xff\xd8\xff\xe0 picture"
# What names are made of that try to get somewhere: separators and dots in many scripts, devices, ends of strings.
TRICKS: tuple[str, ...] = (
    "..",
    "/",
    "\\",
    "\0",
    "~",
    ".",
    "⁄",
    "∕",
    "／",
    "＼",
    "․",
    "‥",
    "．",
    "%2e%2e%2f",
    "\u202e",
    "\ufeff",
    "c:",
)
TRICKS += ("con", "NUL", "com1", "lpt¹", "aux.jpg", " ", "-rf", "$HOME", "a" * 300, "é", "é", "💣")
names = st.lists(st.sampled_from(TRICKS) | st.text(max_size=6), max_size=6).map("".join)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> PhotoLibrary:
    return PhotoLibrary(tmp_path_factory.mktemp("home") / "photos")


@given(name=names)
@example(name="../../etc")
@example(name="．．／etc")
@example(name="charlie\0../../x")
@example(name="com¹")
def test_a_kept_photo_lies_in_its_folder(library: PhotoLibrary, name: str) -> None:
    try:
        path = library.add(name, JPEG)
    except ValueError as refused:
        with pytest.raises(ValueError, match=re.escape(str(refused))):
            _must_be_a_key(name)  # for its name, and for nothing else
        return
    assert path.parent.name == name
    assert path.resolve().parent.parent == library.folder.resolve()
    assert path.read_bytes() == JPEG
    assert not path.name.startswith((".", "-", "~"))
    assert path.parent.name.casefold().split(".")[0] not in {"con", "nul", "com1", "lpt1", "aux", "prn"}
    assert sorted(other.name for other in library.folder.parent.iterdir()) == ["photos"]


def _must_be_a_key(name: str) -> None:
    if (key := cousin_key(name)) != name:
        raise ValueError(wording.not_a_key(name, key))


@given(name=names)
@example(name="'_0")
@example(name="''a")
@example(name="'.a")
@example(name="'t_Hooft")
def test_a_name_that_is_typed_makes_a_folder_that_is_found_again(library: PhotoLibrary, name: str) -> None:
    try:
        key = cousin_key(name)
    except ValueError:
        return
    assert library.add(key, JPEG).parent == library.folder / key
    assert key in library.cousins()


@given(name=names)
def test_what_is_to_be_forgotten_lies_in_the_library(library: PhotoLibrary, name: str) -> None:
    library.folder.mkdir(exist_ok=True)
    for folder in library.folders_of(name):
        assert folder.resolve().parent == library.folder.resolve()
