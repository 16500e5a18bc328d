"""A sentence that is read later, or by somebody else, is in their language; it reads right where names are written in
the other direction; and pages fill in as the language does."""

import gettext
import io
import logging
import pickle
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from foundation.languages import IN_ENGLISH
from foundation.logs import InEnglish
from foundation.templates import environment
from foundation.translation import _, in_one, isolated, kept, ngettext, told, translated
from tests.mirrored import MIRRORED, mirrored


class _Loud(gettext.NullTranslations):
    def gettext(self, message: str) -> str:
        return f"<{message}>"

    def ngettext(self, one: str, many: str, n: int) -> str:
        return f"<{one if n == 1 else many}>"


LOUD = replace(IN_ENGLISH, sentences=_Loud())


def test_an_error_is_said_in_its_readers_language() -> None:
    error = ValueError(_("It is {what}.", what=ngettext("{count} thing", "{count} things", 1234)))
    with translated(LOUD):
        assert str(error) == f"{error}" == _("{why}", why=error.args[0])[1:-1] == "<It is <1,234 things>.>"
    assert str(error) == "It is 1,234 things."


def test_a_database_keeps_what_a_sentence_was_made_of() -> None:
    with translated(LOUD):
        sentence = in_one([_("Ask {name}.", name="Zoë {}"), _("It is {file}.", file=Path("a"))])
        text, again = kept(sentence), pickle.loads(pickle.dumps(sentence))
    assert told(text) == str(again) == "Ask Zoë {}. It is a."
    with translated(LOUD):
        assert told(text) == "<<Ask Zoë {}.> <It is a.>>"


def test_what_is_no_sentence_is_kept_as_it_is() -> None:
    for text in ("It was kept before.", '{"sentence": ', '{"sentence": []}', '{"sentence": ["{a}"], "values": 1}', ""):
        assert told(kept(text)) == text


def test_the_log_is_english_whoever_is_answered() -> None:
    written = io.StringIO()
    logger, handler = logging.getLogger("tests.in_english"), InEnglish(written)
    logger.addHandler(handler)
    with translated(LOUD):
        logger.error("%s", ValueError(_("It is full.")))
    logger.removeHandler(handler)
    assert written.getvalue() == "It is full.\n"


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
@pytest.mark.parametrize("message", ["cousinbot photos name {name}", "write /facts {name}"])
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
