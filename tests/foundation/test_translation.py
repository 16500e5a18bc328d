"""A sentence that is read later, or by somebody else, is in their language."""

import gettext
import io
import logging
import pickle
from dataclasses import replace
from pathlib import Path

import pytest

from foundation.formats import listed, number, percent
from foundation.kept_sentences import kept, told
from foundation.languages import IN_ENGLISH
from foundation.logs import InEnglish
from foundation.reader import in_language, translated
from foundation.translation import _, in_one, ngettext


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


def test_numbers_and_lists_are_written_anew_too() -> None:
    with in_language("de"):
        sentence = _(
            "{share} of {who}, {size} MB", share=percent(0.715, 1), who=listed(["Zoë", "Ben"]), size=number(1234.5, 1)
        )
        text = kept(sentence)
    assert str(sentence) == told(text) == "71.5% of Zoë and Ben, 1,234.5 MB"
    with in_language("pl"):
        assert told(text) == "71,5% of Zoë i Ben, 1\N{NO-BREAK SPACE}234,5 MB"


def test_so_is_a_sentence_in_one_with_a_command() -> None:
    sentence = _("It is damaged ({why}): cousinbot train", why=_("thing"))
    with translated(LOUD):
        assert str(sentence) == "<It is damaged (<thing>): cousinbot train>"


@pytest.mark.parametrize(
    "text",
    [
        '{"sentence": ["one", "{count}"], "count": 1e999, "values": {}}',
        '{"sentence": ["{a}"], "count": null, "values": {"a": {"form": "cry", "given": [1]}}}',
        '{"sentence": ["{a}"], "count": null, "values": {"a": {"form": "percent", "given": ["x"]}}}',
        '{"sentence": ["{a}"], "count": null, "values": {"a": {}}}',
        '{"sentence": ["{a}"], "count": null, "values": ' + "[" * 100_000,
    ],
)
def test_what_is_damaged_is_told_as_it_is(text: str) -> None:
    assert told(text) == text
