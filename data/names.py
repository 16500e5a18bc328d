"""From what people type to the key that names a cousin's folder, and to the form that names are compared in."""

import re
import unicodedata

from data import wording

MAX_KEY_LENGTH = 50  # characters; four bytes each and "_123456.jpg" still fit a file name of 255 bytes

_RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))}
# Latin letters that Unicode does not take apart into a letter and an accent.
_PLAIN = str.maketrans({"ø": "o", "đ": "d", "ł": "l", "ı": "i", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th"})
# Cyrillic and Greek letters that look like Latin ones: a stray one in a Latin word is a slip of the keyboard.
_LOOK_ALIKES = str.maketrans("аеорсухіјѕһԁԛԝкмтαορικνυχ", "aeopcyxijshdqwkmtaopikvux")
_APOSTROPHES = re.compile("['’‘ʼ`´]")


def folded(text: str) -> str:
    """Lower case, without accents and punctuation, words joined by `_`; may be empty, never fails.

    Scripts other than Latin keep their letters and vowel signs. Folding twice changes nothing.
    """
    text = _folded_once(text)
    # A letter can come out of one pass in a form that a second one still changes (İ, ligatures of signs).
    while (again := _folded_once(text)) != text:
        text = again
    return text


def cousin_key(name: str) -> str:
    """The folder-safe key of a cousin's name: "Zoë O'Brien" becomes `zoe_obrien`.

    Raises ValueError, with a sentence for whoever typed the name, where no safe key can be made of it.
    """
    shown = " ".join("".join(c if c.isprintable() else " " for c in name).split())[:MAX_KEY_LENGTH]
    if any(c in "/\\" or unicodedata.category(c) == "Cc" for c in name):
        raise ValueError(wording.name_with_slashes())
    key = folded(name)
    if not key:
        raise ValueError(wording.name_without_letters(shown))
    if len(key) > MAX_KEY_LENGTH:
        raise ValueError(wording.name_too_long(shown, MAX_KEY_LENGTH))
    if key in _RESERVED:
        raise ValueError(wording.name_reserved(key))
    for word in key.split("_"):
        scripts = {_script(c) for c in word if c.isalpha()}
        if "LATIN" in scripts and scripts & {"CYRILLIC", "GREEK"}:
            raise ValueError(wording.name_in_two_alphabets(shown))
    return key


def shown_name(key: str) -> str:
    """A key as people write it: `charlie_brown` becomes "Charlie Brown"."""
    return " ".join(word[:1].upper() + word[1:] for word in key.replace("_", " ").split())


def _folded_once(text: str) -> str:
    letters = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", text).casefold().translate(_PLAIN))
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
    return word.translate(_LOOK_ALIKES) if any(_script(c) == "LATIN" for c in word) else word


def _script(letter: str) -> str:
    return unicodedata.name(letter, "?").split()[0]
