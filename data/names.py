"""A cousin's key, which is the name of their folder, and the forms in which names are shown and compared.

Keys are compared exactly, names that people type in the form that `compared` gives them, and a name that is alike in
the form that `folded` gives it is reason to ask, never to take one cousin for another.
"""

import re
import unicodedata
from collections.abc import Collection
from itertools import chain, count
from typing import Final

from data import wording
from foundation.reader import in_language

MAX_KEY_LENGTH = 50  # characters; four bytes each and "_123456.jpg" still fit a file name of 255 bytes

_RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))}
# Latin letters that Unicode does not take apart into a letter and an accent.
_PLAIN = str.maketrans({"ø": "o", "đ": "d", "ł": "l", "ı": "i", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th"})
# Cyrillic and Greek letters that look like Latin ones: a stray one in a Latin word is a slip of the keyboard.
_LOOK_ALIKES = str.maketrans("аеорсухіјѕһԁԛԝкмтαορικνυχ", "aeopcyxijshdqwkmtaopikvux")
_LOOK_ALIKE_CAPITALS = str.maketrans("АВЕІЈКМНОРСТХЅΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEIJKMHOPCTXSABEZHIKMNOPTYX")
_APOSTROPHES = "'’‘ʼ`´"
_JOINING = f"{_APOSTROPHES}.,-‐‑"
"""Marks that belong to a name. Whatever else is no letter and no digit parts words: much of it is not safe in the name
of a folder on Windows, macOS or Linux, and the rest (brackets, emoji) cannot be typed again by everybody."""

_JOINERS: Final = "\u200c\u200d"
"""Zero-width, and part of how Persian and Indic names are written."""


def _of_buttons() -> set[str]:
    return set(map(compared, (wording.stranger(), wording.not_a_face(), wording.someone_new())))


def typed_name(text: str) -> str:
    """A name as a person typed it, without what can't be seen: marks that turn the writing round, or have no width.

    Raises ValueError, with a sentence for whoever typed it, for what a message could take for something else: a
    mention (@ann), a command (/ann), or a button that says who a face is when it is nobody's.
    """
    plain = " ".join(text.split())
    name = " ".join("".join(c for c in plain if c in _JOINERS or unicodedata.category(c) not in ("Cc", "Cf")).split())
    if name.startswith(("@", "/")):
        raise ValueError(wording.name_with_sign(name[:MAX_KEY_LENGTH]))
    with in_language():
        in_english = _of_buttons()
    if compared(name) in _of_buttons() | in_english:
        raise ValueError(wording.name_of_button(name))
    return name


def cousin_key(name: str) -> str:
    """The key that a name makes, for someone new: "Zoë  O'Brien" becomes `Zoë_O'Brien`. A key makes itself.

    The name stays as it was written, its case, accents and script included. Brackets, emoji, invisible marks and what
    folders can't be called go.

    Raises ValueError, with a sentence for whoever typed the name, where no safe key can be made of it.
    """
    shown = " ".join("".join(c if c.isprintable() else " " for c in name).split())[:MAX_KEY_LENGTH]
    if any(c in "/\\" or unicodedata.category(c) == "Cc" for c in name):
        raise ValueError(wording.name_with_slashes())
    words = [word.lstrip(".,-‐‑").rstrip(".,-‐‑") for word in _named(name).split()]
    key = unicodedata.normalize("NFC", "_".join(_one_script(word) for word in words if word))
    # It begins with a letter or a digit, or with one apostrophe at it ('t_Hooft): other folders are no cousin's.
    begin = len(key) - len(key.lstrip(f"{_JOINING}_"))
    key = key[begin - (key[:begin][-1:] in tuple(_APOSTROPHES)) :]
    if not any(c.isalnum() for c in key):
        raise ValueError(wording.name_without_letters(shown))
    if len(key) > MAX_KEY_LENGTH:
        raise ValueError(wording.name_too_long(shown, MAX_KEY_LENGTH))
    if key.casefold().partition(".")[0] in _RESERVED:
        raise ValueError(wording.name_reserved(key))
    for word in re.split(r"[_.,]", key):
        scripts = {_script(c) for c in word if c.isalpha()}
        if "LATIN" in scripts and scripts & {"CYRILLIC", "GREEK"}:
            raise ValueError(wording.name_in_two_alphabets(shown))
    return key


def folder_key(folder: str) -> str | None:
    """The key of the cousin whose folder has this name, exactly; None for a folder that is no cousin's.

    NAS boxes and archivers leave @eaDir, #recycle, __MACOSX and the like. Raises ValueError where the folder must be
    renamed.
    """
    key = unicodedata.normalize("NFC", folder)
    if not (key[:1].isalnum() or (key[:1] in _APOSTROPHES and key[1:2].isalnum())):
        return None
    cousin_key(key)  # what could never be a key is said
    return key


def free_key(name: str, taken: Collection[str]) -> str:
    """A key for someone new of this name, beside those that are taken: `Anna_2` beside `anna`.

    No two keys differ only by case: not every disk tells such folders apart. Raises ValueError as `cousin_key` does.
    """
    key, others = cousin_key(name), {compared(other) for other in taken}
    numbered = (f"{key[: MAX_KEY_LENGTH - 4]}_{n}" for n in count(2))
    return next(free for free in chain([key], numbered) if compared(free) not in others)


def compared(text: str) -> str:
    """The form in which names are the same: whatever the case, the normal form and the spaces, which `_` is one of.

    Accents and the bounds of words count.
    """
    visible = "".join(c for c in text if unicodedata.category(c) != "Cf")
    folded_case = unicodedata.normalize("NFC", unicodedata.normalize("NFC", visible).casefold())
    return " ".join(folded_case.replace("_", " ").split())


def folded(text: str) -> str:
    """Lower case, without accents and punctuation, words joined by `_`; may be empty, never fails.

    Two names with the same result look alike; they may be two people. Scripts other than Latin keep their letters and
    vowel signs. Folding twice changes nothing.
    """
    text = _folded_once(text)
    # A letter can come out of one pass in a form that a second one still changes (İ, ligatures of signs).
    while (again := _folded_once(text)) != text:
        text = again
    return text


def shown_name(key: str) -> str:
    """A key as people write it: `charlie_brown` becomes "Charlie Brown"; `Linus_van_Pelt` has its capitals already."""
    words = key.replace("_", " ").split()
    if key == key.lower():
        return " ".join(word[:1].upper() + word[1:] for word in words)
    name = " ".join(words)
    return name[:1].upper() + name[1:]


def _named(name: str) -> str:
    """The letters, digits and joining marks of a name, and a space for all else."""
    kept = ""
    for c in unicodedata.normalize("NFC", name):
        category = unicodedata.category(c)
        if category[0] == "M":
            # An accent or vowel sign belongs to its letter; what selects the colours of an emoji to none.
            if kept and kept[-1] != " " and category != "Me" and not unicodedata.name(c, "").startswith("VARIATION"):
                kept += c
        elif category != "Cf":  # invisible marks join nothing and part nothing
            kept += c if category[0] in "LN" or c in _JOINING else " "
    return kept


def _folded_once(text: str) -> str:
    bare = "".join(c for c in text if c not in _APOSTROPHES)
    bare = " ".join(_one_script(word) for word in bare.split())  # while it can be seen which letters are capitals
    letters = unicodedata.normalize("NFKD", bare.casefold().translate(_PLAIN))
    kept = ""
    for c in letters:
        category = unicodedata.category(c)
        if category[0] == "M":
            # An accent on a Latin letter goes; a vowel sign of another script is part of the name.
            if kept and kept[-1] != " " and _script(kept[-1]) != "LATIN":
                kept += c
        elif category != "Cf":  # invisible marks join nothing and part nothing
            kept += c if category[0] in "LN" else " "
    words = (_one_script(word) for word in kept.split())
    return unicodedata.normalize("NFC", "_".join(words))


def _one_script(word: str) -> str:
    if not any(_script(c) == "LATIN" for c in word):
        return word
    return word.translate(_LOOK_ALIKES).translate(_LOOK_ALIKE_CAPITALS)


def _script(letter: str) -> str:
    return unicodedata.name(letter, "?").split()[0]
