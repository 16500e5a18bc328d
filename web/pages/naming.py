"""What a form says of a face: a cousin, someone new, a stranger, no face."""

import asyncio
from dataclasses import dataclass

from starlette.datastructures import FormData

from actions.answers.newcomers import Doubt, doubt
from actions.cousins import Cousins
from data.files.library import LibraryError
from data.names import cousin_key, typed_name
from foundation.statement import Says
from web.pages import wording


class Doubtful(Exception):
    """Someone new has the name of somebody known, or nearly: whoever said it is to be asked."""

    def __init__(self, question: Doubt) -> None:
        super().__init__(question.question)
        self.question = question


@dataclass(frozen=True, slots=True)
class Said:
    """`cousin` is a key, for `is` and `not`."""

    says: Says
    cousin: str | None = None


async def said_in(form: FormData, cousins: Cousins, *, is_admin: bool) -> Said:
    """What the form's fields say: `says`; with `cousin` a key, with `new` a name, and `sure` where it is no other's.

    Someone new, which admins may say, is somebody with a folder from then on.

    Raises:
        Doubtful: they may be somebody known.
        ValueError: that can't be said; the message is the sentence to answer with.
    """
    says, cousin, new, sure = (str(form.get(field) or "").strip() for field in ("says", "cousin", "new", "sure"))
    if says in ("new", "meant") and not is_admin:
        raise ValueError(wording.admins_only())
    match says:
        case "is" if cousin:
            return Said("is", cousin)
        case "not" if cousin:
            return Said("not", cousin)
        case "stranger":
            return Said("stranger")
        case "not_a_face":
            return Said("not_a_face")
        case "meant" if cousin in cousins.now().look_up(cousin, to_admins=True).cousins:
            return Said("is", await asyncio.to_thread(cousins.place, cousin))
        case "new" if new:
            new = typed_name(new)
            if not sure and (doubtful := doubt(new, cousins.now())):
                raise Doubtful(doubtful)
            newcomer = await asyncio.to_thread(cousins.add, new)
            if isinstance(newcomer.photos, LibraryError):
                raise ValueError(str(newcomer.photos))
            return Said("is", newcomer.cousin)
    raise ValueError(wording.choose_somebody())


def meant_in(form: FormData, cousins: Cousins) -> str:
    """The key of whoever an admin's form names. Nobody is taken in yet.

    `cousin` is a key; `name` is typed, and someone known; `fresh` is a name that nobody had when that was asked; `new`
    is one of someone new, whoever else is called so.

    Raises:
        Doubtful: they may be somebody known, or someone new.
        ValueError: that is no name, or nobody's key any more.
    """
    cousin, new, fresh, typed = (str(form.get(field) or "").strip() for field in ("cousin", "new", "fresh", "name"))
    names = cousins.now()
    if new:
        return cousins.free(new)
    name = typed_name(cousin or fresh or typed)
    if not name:
        raise ValueError(wording.choose_or_type())
    match = names.look_up(cousin or name, to_admins=True)
    if cousin and cousin not in match.cousins:
        raise ValueError(wording.cousin_gone())
    only = cousin or (None if fresh else match.only)
    if only:
        return only if only in names.listed(to_admins=True) else cousin_key(only)
    key = cousins.free(name)
    if question := doubt(name, names):
        raise Doubtful(question)
    if fresh:
        return key
    raise Doubtful(Doubt(name, wording.nobody_called(name), (), wording.they_are_new(name)))
