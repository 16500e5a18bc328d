"""The buttons under an answer: what people can say of each face."""

from collections.abc import Collection, Sequence
from typing import Final

from actions.answers.sentences import as_told
from actions.answers.several import MANY
from actions.cousins import Names
from bot.answers import wording
from bot.conversation.keyboards import Choice, in_rows
from data.store.buttons import Button
from data.store.guesses import Answer, Guess

_IN_A_ROW: Final = 8  # numbers of two digits, on a phone


def rows(
    answer: Answer, settled: Collection[int], names: Names, taught: Collection[int] = ()
) -> Sequence[Sequence[Choice]]:
    """✓ and ✗ for each face, or the answers to a question; ✎ where an admin has spoken, and where the bot could not
    tell. For many faces a grid of their numbers.

    `settled` are the ids of the guesses of which something was accepted, `taught` of those among them whose photo was
    shown with the name.
    """
    if len(answer.guesses) >= MANY:
        return _grid(answer, settled, names)
    several = len(answer.guesses) > 1
    if not several and taught:
        undo = Button(answer.chat_id, "unteach", guess_id=answer.guesses[0].id)
        return [[*_of(answer, answer.guesses[0], settled, names), (wording.undo(), undo)]]
    return [
        [(f"{guess.number} {text}" if several else text, button) for text, button in _of(answer, guess, settled, names)]
        for guess in answer.guesses
    ]


def replies(chat_id: int, guess: Guess, names: Names) -> list[Choice]:
    """What says that the bot was right, or answers its question; nothing where it could not tell."""
    told = as_told(guess.face, names.wants_no_name)
    match told.asked_about:
        case (cousin,):
            return [(wording.yes(names.shown(cousin)), Button(chat_id, "is", guess_id=guess.id, cousin=cousin))]
        case (_, _):
            return [
                (names.shown(cousin), Button(chat_id, "is", guess_id=guess.id, cousin=cousin))
                for cousin in told.asked_about
            ]
    return [] if told.flaw else [(wording.right(), Button(chat_id, "right", guess_id=guess.id))]


def _of(answer: Answer, guess: Guess, settled: Collection[int], names: Names) -> list[Choice]:
    wrong = Button(answer.chat_id, "wrong", guess_id=guess.id)
    if guess.id in settled:
        return [(wording.change(), wrong)]
    if guess.face.flaw:  # nothing was said that could be right
        return [(wording.i_know_who(), wrong)]
    texts = (wording.wrong(), wording.no(), wording.neither())
    asked_about = as_told(guess.face, names.wants_no_name).asked_about
    return [*replies(answer.chat_id, guess, names), (texts[len(asked_about)], wrong)]


def _grid(answer: Answer, settled: Collection[int], names: Names) -> Sequence[Sequence[Choice]]:
    numbers: list[Choice] = []
    named = False
    for guess in answer.guesses:
        text = wording.face(guess.number)
        if guess.id in settled:
            text = wording.face_settled(guess.number)
        elif as_told(guess.face, names.wants_no_name).asked_about:
            text = wording.face_asked_about(guess.number)
        else:
            named |= guess.face.named is not None
        numbers.append((text, Button(answer.chat_id, "face", guess_id=guess.id)))
    everybody: list[Choice] = [
        (wording.all_right(), Button(answer.chat_id, "all_right", guess_id=answer.guesses[0].id))
    ]
    return [*([everybody] if named else []), *in_rows(numbers, _IN_A_ROW)]
