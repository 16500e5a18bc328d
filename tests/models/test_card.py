import json

from models.card import Card
from tests.models.test_registry import card


def test_the_network_is_written_under_the_key_that_older_programs_read() -> None:
    written = json.loads(card("v001").model_dump_json())
    assert written["space"] == "face-0"
    assert "network" not in written
    assert Card.model_validate(written).network == "face-0"
