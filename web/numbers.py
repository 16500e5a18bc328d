"""Numbers in addresses and forms: whole ones, no larger than the database takes."""

import re
from typing import Final

from starlette.convertors import Convertor, register_url_convertor

_WRITTEN: Final = "-?(?:[0-9]{1,18}|[1-8][0-9]{18})"


class _Number(Convertor[int]):
    """Starlette's own takes none below zero, as people of the pages have, and fails at one of 5,000 digits."""

    regex = _WRITTEN

    def convert(self, value: str) -> int:
        return int(value)

    def to_string(self, value: int) -> str:
        return str(value)


register_url_convertor("number", _Number())


def number_in(text: str) -> int:
    """The number that was written; 0, which nothing has, where it is none."""
    return int(text) if re.fullmatch(_WRITTEN, text, re.ASCII) else 0
