"""Sentences about what people say of a face."""

from actions.cousins import Cousins
from data.store.labels import Verdict


def said(cousins: Cousins, verdict: Verdict, cousin: str | None) -> str:
    """What somebody said of a face, in plain text as it goes on after a colon."""
    name = cousins.shown(cousin) if cousin else ""
    words = {"is": name, "not": f"not {name}", "stranger": "nobody of the family", "not_a_face": "not a face"}
    return words[verdict]
