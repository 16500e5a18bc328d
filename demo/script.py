"""The scripted conversation: what a guest and an admin do at a reunion, and what the bot must answer."""

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Final

from PIL import Image

from bot.corrections import wording as corrections
from bot.retraining import wording as retraining
from data.facts.factbook import FactBook
from data.facts.facts_file import parse_facts
from demo import wording
from demo.family import draw_group, draw_portrait, draw_stranger, facts_in
from demo.telegram import household
from demo.telegram.person import Message, Person
from foundation.reader import spoken

INVITE: Final = "family-reunion-2026"
TRAINED_WITHIN: Final = 600.0
"""Seconds to wait for the next word of a training run; on an idle machine all of it takes half a minute."""


class _Scene:
    """Tells what is said, and whether it was what it should be."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self.passed = True

    def does(self, person: Person, what: str) -> None:
        self._say(f"\n{person.name:>8}: {what}")

    def finds(self, what: str, *, right: bool) -> None:
        self.passed &= right
        self._say(f"{'✓' if right else '✗':>8}  {what}")

    def answers(self, message: Message, *, right: bool) -> None:
        self.passed &= right
        buttons = " ".join(f"[{button.text}]" for row in message.buttons[:2] for button in row)
        lines = [*message.text.splitlines(), *([buttons] if buttons else [])]
        head = f"{'✓' if right else '✗'} bot"
        for line in lines:
            self._say(f"{head:>8}: {line}" if line else "")
            head = ""


async def play(url: str, photos: Path, say: Callable[[str], None]) -> bool:
    """Play it all on the local Telegram at `url`; whether every answer came and was right.

    `photos` has a folder a cousin with what the bot has learned from.
    """
    scene = _Scene(say)
    try:
        await _converse(url, photos, scene)
    except (LookupError, TimeoutError) as missing:
        say(f"       ✗ {missing or wording.no_answer()}")
        return False
    return scene.passed


async def _converse(url: str, photos: Path, scene: _Scene) -> None:
    facts = facts_in(spoken().code)
    book = parse_facts(facts.read_text("utf-8"), str(facts))
    guest = await Person.join(url, household.GUEST_NAME, household.GUEST)
    admin = await Person.join(url, household.ADMIN_NAME, household.ADMIN)

    await admin.say("/start")
    await admin.next()
    scene.does(guest, wording.opens_invitation(INVITE))
    await guest.say(f"/start {INVITE}")
    scene.answers(await guest.next(), right=True)

    scene.does(guest, wording.sends_photo_of(book.display_name("amelia")))
    await guest.send_photo(_jpeg(draw_portrait("amelia", seed=801)))
    answer = await guest.next()
    scene.answers(answer, right=_names(answer, book, "amelia"))

    scene.does(guest, wording.sends_group(3))
    await guest.send_photo(_jpeg(draw_group(["maya", "diego", "june"], seed=802)))
    answer = await guest.next()
    named = [book.display_name(cousin) in answer.text for cousin in ("maya", "diego", "june")]
    scene.answers(answer, right=all(named) and answer.photo is not None)

    costume = _jpeg(draw_portrait("otto", seed=803, disguise="ben"))
    scene.does(guest, wording.sends_costume(book.display_name("otto"), book.display_name("ben")))
    await guest.send_photo(costume)
    answer = await guest.next()
    scene.answers(answer, right=_names(answer, book, "ben"))

    scene.does(guest, wording.taps_wrong(book.display_name("otto")))
    await guest.press(answer, answer.buttons[0][-1].text)  # “✗ Wrong”, or “No” where the bot asks
    menu = await guest.next()
    await guest.press(menu, book.display_name("otto"))
    await guest.next()
    alert = await admin.next()
    scene.does(admin, wording.is_told())
    scene.answers(alert, right="/review" in alert.text)
    scene.does(admin, wording.reviews())
    await admin.say("/review")
    proposal = await admin.next()
    scene.answers(proposal, right=book.display_name("otto") in proposal.text)
    accept = corrections.accept(book.display_name("otto"))
    scene.does(admin, wording.taps(accept))
    await admin.press(proposal, accept)
    await admin.next()

    corrected = await guest.next()
    scene.does(guest, wording.sees_corrected())
    scene.answers(corrected, right=book.display_name("otto") in corrected.text)
    scene.does(guest, wording.sends_again())
    await guest.send_photo(costume)
    answer = await guest.next()
    scene.answers(answer, right=_names(answer, book, "otto"))

    scene.does(guest, "/facts june")
    await guest.say("/facts june")
    answer = await guest.next()
    scene.answers(answer, right=all(fact in answer.text for fact in book.facts("june")))

    scene.does(guest, wording.sends_stranger())
    await guest.send_photo(_jpeg(draw_stranger(804)))
    answer = await guest.next()
    scene.answers(answer, right=not any(book.display_name(cousin) in answer.text for cousin in book.cousins))

    # Between the two borders, with either network: the bot asks instead of naming.
    scene.does(admin, wording.sends_disguise(book.display_name("amelia"), book.display_name("maya")))
    await admin.send_photo(_jpeg(draw_portrait("amelia", seed=804, disguise="maya")))
    while not (answer := await admin.next()).buttons:
        pass  # that there is nothing left to review
    scene.answers(answer, right="?" in answer.text or _names(answer, book, "maya"))
    scene.does(admin, wording.taps_and_then("👎", book.display_name("amelia")))
    await admin.react(answer, "👎")
    await admin.press(await admin.next(), book.display_name("amelia"))
    answer = await admin.next()
    scene.answers(answer, right=_names(answer, book, "amelia"))

    scene.does(admin, wording.retrains())
    await admin.say("/retrain")
    report = await admin.next()
    while "\n\n" not in report.text:  # how far it is comes first, in one message that is written anew
        report = await admin.next(TRAINED_WITHIN)
    scene.answers(report, right=_says(report, retraining.done))
    scene.does(admin, wording.sends_what_it_learned_from(book.display_name("ben"), book.display_name("otto")))
    for cousin in ("ben", "otto"):
        own = sorted((photos / cousin).iterdir())
        right = 0
        for photo in own:
            await admin.send_photo(photo.read_bytes())
            right += _first_named(await admin.next(), book) == cousin
        scene.finds(wording.are_named(right, len(own), book.display_name(cousin)), right=right == len(own))


def _first_named(answer: Message, book: FactBook) -> str | None:
    """Who the answer says it is, and not who else it may be."""
    places = {cousin: answer.text.find(book.display_name(cousin)) for cousin in book.cousins}
    return min((cousin for cousin in places if places[cousin] >= 0), key=lambda cousin: places[cousin], default=None)


def _says(message: Message, sentence: Callable[[str], str]) -> bool:
    """Whether a sentence is in the message, whatever is filled in."""
    return re.search(re.escape(sentence("\0")).replace("\\\0", ".+").replace("\0", ".+"), message.text) is not None


def _names(answer: Message, book: FactBook, cousin: str) -> bool:
    """Whether the answer names this cousin and tells one of their facts."""
    return book.display_name(cousin) in answer.text and any(fact in answer.text for fact in book.facts(cousin))


def _jpeg(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=92)
    return file.getvalue()
