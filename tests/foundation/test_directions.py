"""Sentences read right where names are written in the other direction, and pages fill in as the language does."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from foundation.direction import isolated
from foundation.formats import listed
from foundation.reader import translated
from foundation.templates import environment
from foundation.translation import _, ngettext
from tests.mirrored import MIRRORED, mirrored

DIEGO = "דייגו"


@pytest.fixture
def in_hebrew() -> Iterator[None]:
    with translated(MIRRORED):
        yield


def test_a_name_of_the_other_direction_stands_for_itself() -> None:
    assert _("this is {name}", name="Ben") == "this is Ben"
    assert _("this is {name}", name=DIEGO) == f"this is \u2068{DIEGO}\u2069"
    assert ngettext("{count} face of {name}", "{count} faces of {name}", 2, name=DIEGO) == (
        f"2 faces of \u2068{DIEGO}\u2069"
    )


@pytest.mark.usefixtures("in_hebrew")
def test_so_does_a_latin_one_in_hebrew() -> None:
    assert _("this is {name}", name="Ben (Jr.)") == f"{mirrored('this is ')}\u2068Ben (Jr.)\u2069"
    assert _("this is {name}", name=DIEGO) == mirrored("this is ") + DIEGO


@pytest.mark.usefixtures("in_hebrew")
@pytest.mark.parametrize("text", ["", "71%", "2026-11-28", "👍", DIEGO, "http://family.example/in/abc"])
def test_what_is_in_no_direction_and_addresses_stay_as_they_are(text: str) -> None:
    assert isolated(text) == text


@pytest.mark.usefixtures("in_hebrew")
@pytest.mark.parametrize(
    "message",
    [
        "cousinbot photos name {name}",
        "cousinbot --traceback {name}",
        "write /facts {name}",
        "add --person {name}",
        "--arch onnx:{name}",
        "set {name}={name}",
    ],
)
def test_commands_are_copied(message: str) -> None:
    assert "Ben" in _(message, name="Ben")
    assert "\u2068" not in _(message, name="Ben")
    assert "\u2068" not in _("{folder} stays", folder=Path("ben"))


def test_pages_fill_in_escape_and_count() -> None:
    template = environment().from_string(
        "{% trans name=name %}<b>{{ name }}</b>, 100%{% endtrans %}|"
        "{% trans count=count %}{{ count }} photo{% pluralize %}{{ count }} photos{% endtrans %}|"
        "{{ _('Not %(name)s', name=name) }}|{{ language().tag }} {{ language().direction }}"
    )
    shown = template.render(name="<i>Ben</i>", count=1234)
    assert shown == "<b>&lt;i&gt;Ben&lt;/i&gt;</b>, 100%|1,234 photos|Not &lt;i&gt;Ben&lt;/i&gt;|en ltr"
    with translated(MIRRORED):
        shown = template.render(name="Ben", count=1)
    assert shown == (f"<b>\u2068Ben\u2069</b>, 100%|1 {mirrored('photo')}|{mirrored('Not')} \u2068Ben\u2069|he rtl")


def test_a_name_turns_nothing_around_it() -> None:
    assert _("this is {name}!", name="Ben\u202e\u202b") == "this is Ben!"
    assert listed(["\u202dBen", "Ida"]) == "Ben and Ida"


def test_each_of_a_list_stands_for_itself() -> None:
    assert _("These: {names}.", names=listed(["Ben", DIEGO])) == f"These: Ben and \u2068{DIEGO}\u2069."
    assert _("These: {names}.", names=listed([DIEGO, "Ben"])) == f"These: \u2068{DIEGO}\u2069 and Ben."


@pytest.mark.usefixtures("in_hebrew")
def test_so_it_does_in_hebrew_whose_and_is_a_letter_in_front() -> None:
    assert listed(["Ben", DIEGO]) == f"\u2068Ben\u2069 ו{DIEGO}"
    assert isolated(listed([DIEGO, "Ben"])) == f"{DIEGO} ו-\u2068Ben\u2069"
    assert isolated(listed(["Ben", "Ida"])) == "\u2068Ben\u2069 ו-\u2068Ida\u2069"
    assert (listed(["1", "2"]), listed(["1", "2"], "or"), listed(["1"])) == ("1 ו-2", "1 או 2", "1")
