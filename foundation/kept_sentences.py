"""Sentences that a database keeps, and whoever reads them then is told in their language."""

import json
from pathlib import PurePath
from typing import Any, Final

from foundation.file_names import readable
from foundation.formats import FORMS, Formatted
from foundation.translation import Sentence, made_of

_KEPT: Final = '{"sentence": '


def kept(text: str) -> str:
    """The text as a database keeps it: of a sentence what it was made of, anything else as it is."""
    return json.dumps(_parts(text), ensure_ascii=False) if isinstance(text, Sentence) else text


def told(text: str) -> str:
    """What was `kept`, in the language of who is the reader now."""
    if not text.startswith(_KEPT):
        return text
    try:
        return str(_of_parts(json.loads(text)))
    except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError):
        return text


def _parts(value: object) -> object:
    match value:
        case Sentence():
            values = {name: _parts(one) for name, one in value.values.items()}
            return {"sentence": value.originals, "count": value.counted, "values": values}
        case Formatted():
            return {"form": value.form, "given": _parts(value.given)}
        case PurePath():
            return readable(str(value))
        case list() | tuple():
            return [_parts(one) for one in value]
    return value if isinstance(value, int | float | str) or value is None else str(value)


def _of_parts(parts: Any) -> Any:
    match parts:
        case {"form": form, "given": given}:
            return FORMS[form](*_of_parts(given))
        case {"sentence": originals, "count": count, "values": values}:
            return made_of(tuple(originals), count, {name: _of_parts(one) for name, one in values.items()})
        case dict():
            raise ValueError("neither a sentence nor what is filled in")
        case list():
            return [_of_parts(one) for one in parts]
    return parts
