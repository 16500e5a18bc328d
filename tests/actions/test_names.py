"""What the family's names become in texts that are not written for one reader."""

import pytest

from actions.cousins import Names
from actions.wording import someone_unnamed
from data.facts.parser import parse_facts

FACTS = "ann:\n  name: Ann Lee\n  aliases: [Annie]\n  named: never\nann_a: [She sails.]\nben: [He bakes.]\n"


@pytest.mark.parametrize(
    ("text", "becomes"),
    [
        ("ann/ann_2.jpg: too dark", "{0}/{0}_2.jpg: too dark"),
        ("Ann Lee taken for Ben; Annie2 left out", "{0} taken for Ben; {0}2 left out"),
        ("ann_a/ann_a_1.jpg", "ann_a/ann_a_1.jpg"),  # somebody else
        ("Hannah, anna and the annals", "Hannah, anna and the annals"),
    ],
)
def test_who_does_not_want_to_be_named_stands_in_no_text(text: str, becomes: str) -> None:
    names = Names(parse_facts(FACTS, "facts.yaml"), ["ann", "ann_a", "ben"])
    assert names.without_unnamed(text) == becomes.format(someone_unnamed())
