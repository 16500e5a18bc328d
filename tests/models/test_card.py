import json
from typing import Any

from models.card import Card
from tests.models.test_registry import card


def test_a_card_of_the_first_format_is_read() -> None:
    """Its keys had other names: `space` for the network's fingerprint, `verdict` for what was said."""
    written: dict[str, Any] = json.loads(card("v001").model_dump_json())
    old = written | {"format": 1, "space": written.pop("network")}
    denial = {"sha256": "aa", "correction": 1, "cousin": None, "said_by": 5, "accepted_by": 1}
    old["denials"] = [denial | {"verdict": "stranger"}]
    read = Card.model_validate(old)
    assert read.network == "face-0"
    assert [denial.says for denial in read.denials] == ["stranger"]
