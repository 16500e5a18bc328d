"""Sentences about what people say of a face."""

from actions.cousins import Cousins
from foundation.statement import Statement


def in_words(statement: Statement, cousins: Cousins) -> str:
    """What somebody said of a face, in plain text as it goes on after a colon."""
    name = cousins.shown(statement.cousin) if statement.cousin else ""
    words = {"is": name, "not": f"not {name}", "stranger": "nobody of the family", "not_a_face": "not a face"}
    return words[statement.says]
