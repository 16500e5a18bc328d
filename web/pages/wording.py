"""What the pages say that is not in their templates."""

from collections.abc import Sequence
from pathlib import Path

from data.changes.log import Change
from data.store.runs import Run
from foundation.file_names import readable
from foundation.formats import percent, time_of
from foundation.translation import _, ngettext

# Ask


def no_photo() -> str:
    return _("There was no photo in that. Please choose one, and ask again.")


def too_many_photos(most: int) -> str:
    return ngettext("Please send at most {count} photo at once.", "Please send at most {count} photos at once.", most)


def not_trained() -> str:
    return _("I'm still getting to know the family. Please try again a little later.")


def nothing_trained() -> str:
    return _("Nothing has been trained yet. Once there are photos of the cousins, start it on the page Models.")


def busy() -> str:
    return _("I'm getting a lot of photos right now. Please try again in a minute.")


def replies(asked_about: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """To a question about these keys and names: the keys with what their buttons say."""
    if len(asked_about) > 1:
        return list(asked_about)
    return [(key, _("Yes, {name}", name=name)) for key, name in asked_about]


def denial(asked_about: int, *, is_named: bool, is_picture: bool) -> str:
    """The button that opens what else can be said; `asked_about` is how many names the question has."""
    if asked_about:
        return _("No") if asked_about == 1 else _("Neither")
    if is_named:
        return _("✗ That's wrong")
    return _("✎ I know what") if is_picture else _("✎ I know who")


def photo_gone() -> str:
    return _("That was too long ago: I no longer have this photo. Please send it again, and then say who it is.")


def thanks() -> str:
    return _("Thank you!")


def choose_somebody() -> str:
    return _("Please choose a name, or one of the other answers.")


def admins_only() -> str:
    return _("Only an admin may do that.")


# Cousins


def added(photos: int) -> str:
    return ngettext("{count} photo was added.", "{count} photos were added.", photos)


def known_before(photos: int) -> str:
    return ngettext("{count} photo was here already.", "{count} photos were here already.", photos)


def shared(photos: int) -> str:
    return ngettext(
        "{count} photo lies with another cousin, and now counts for both.",
        "{count} photos lie with other cousins, and now count for both.",
        photos,
    )


def not_added(name: str, why: str) -> str:
    return _("{name} could not be added. {why}", name=name, why=why)


def facts_changed_meanwhile() -> str:
    return _(
        "Somebody else has changed the facts meanwhile, so I saved nothing. Above is what they say now, below is what"
        " you wrote. Put both together, and save again."
    )


def facts_saved() -> str:
    return _("The facts are saved.")


def renamed(name: str) -> str:
    return _("From now on this is {name}.", name=name)


def merged(old: str, name: str) -> str:
    return _("{old} is now part of {name}.", old=old, name=name)


def forgotten(name: str, stayed: int) -> str:
    """`stayed` photos are filed under others too."""
    if not stayed:
        return _("{name} is forgotten.", name=name)
    return ngettext(
        "{name} is forgotten. {count} photo stays, for it is filed under somebody else too. Please look whether it"
        " shows {name}.",
        "{name} is forgotten. {count} photos stay, for they are filed under somebody else too. Please look whether they"
        " show {name}.",
        stayed,
        name=name,
    )


def taken_back(kept: int) -> str:
    if not kept:
        return _("It is as it was before.")
    return ngettext(
        "It is as it was before, but for {count} photo that was changed since.",
        "It is as it was before, but for {count} photos that were changed since.",
        kept,
    )


def type_exactly(key: str) -> str:
    return _("Nothing was deleted: what you typed is not exactly “{key}”. Please type it just like that.", key=key)


def facts_by_hand(what: str) -> str:
    return _("Please change the facts yourself: {what}", what=what)


def what_changed(change: Change, old: str, new: str) -> str:
    when = time_of(change.at.astimezone())
    match change.kind:
        case "rename":
            return _("{time}: {old} became {new}", time=when, old=old, new=new)
        case "merge":
            return _("{time}: {old} was merged into {new}", time=when, old=old, new=new)
        case "removal":
            return _("{time}: a photo of {old} was deleted", time=when, old=old)
        case "import":
            return ngettext(
                "{time}: {count} photo was added", "{time}: {count} photos were added", change.photos, time=when
            )
        case "naming":
            return _("{time}: a group of faces was named {new}", time=when, new=new)
        case "grouping":
            return _grouped(change, when)


def _grouped(change: Change, when: str) -> str:
    match (change.undo or {}).get("said"):
        case "same":
            return _("{time}: groups were put together", time=when)
        case "split":
            return _("{time}: a group was taken apart", time=when)
        case "skipped":
            return ngettext(
                "{time}: the face on {count} photo was skipped",
                "{time}: faces on {count} photos were skipped",
                change.photos,
                time=when,
            )
        case _:
            return _("{time}: two groups were said to be two people", time=when)


# Groups of faces


def choose_or_type() -> str:
    return _("Please choose a name, or type one.")


def cousin_gone() -> str:
    return _("That cousin was renamed or deleted meanwhile. Please choose the name once more.")


def nobody_called(name: str) -> str:
    return _("Nobody here is called “{name}”. Is this someone new?", name=name)


def they_are_new(name: str) -> str:
    return _("Yes, someone new: {name}", name=name)


def group_gone() -> str:
    return _("That group is not there any more: somebody has skipped it meanwhile, or its photos were sorted anew.")


def group_changed(faces: int) -> str:
    return ngettext(
        "This group has changed meanwhile, so I did nothing. Now it is {count} face: please look at it again.",
        "This group has changed meanwhile, so I did nothing. Now it is {count} faces: please look at it again.",
        faces,
    )


def group_named_meanwhile(name: str) -> str:
    return _(
        "Somebody has said meanwhile that this is {name}, so I did nothing. If it is somebody else, say so below.",
        name=name,
    )


def groups_changed() -> str:
    return _(
        "Some of these groups have changed meanwhile, so I did nothing. They are as they are now: please tick them once"
        " more."
    )


def pair_changed() -> str:
    return _("These groups have changed meanwhile, so I did nothing.")


def tick_groups() -> str:
    return _("Please tick the groups first.")


def tick_two_groups() -> str:
    return _("Please tick at least two groups that are one person.")


def group_named(name: str, added: int, gone: Sequence[Path], refused: Sequence[tuple[Path, str]]) -> str:
    """`added` photos are in the library now; those that are `gone` are not, nor those that were `refused`, and why."""
    lines = [_("Noted: that is {name}.", name=name)]
    if added:
        lines.append(ngettext("{count} photo was added.", "{count} photos were added.", added))
    if gone:
        lines.append(
            ngettext(
                "{count} photo is not where it was ({file}): put it back and say it once more, and I add it too.",
                "{count} photos are not where they were ({file} and others): put them back and say it once more, and I"
                " add them too.",
                len(gone),
                file=readable(gone[0].name),
            )
        )
    lines += [not_added(readable(path.name), why) for path, why in refused]
    return " ".join(lines)


def skipped(faces: int) -> str:
    return ngettext(
        "{count} face is skipped: I won't ask about it again.",
        "{count} faces are skipped: I won't ask about them again.",
        faces,
    )


def taken_apart() -> str:
    return _("These are two groups now. Here is the first; the other one comes next.")


def split_off(faces: int) -> str:
    return ngettext(
        "{count} face is a group of its own now, and comes next. Here are the others.",
        "{count} faces are a group of their own now, and come next. Here are the others.",
        faces,
    )


def groups_merged(groups: int) -> str:
    return ngettext("{count} group is one person.", "{count} groups are one person now.", groups)


def two_people() -> str:
    return _("Noted: those are two people. I won't ask again.")


def skipped_comes_back() -> str:
    return _("Taken back. The next “cousinbot photos sort” looks at these photos once more, and then I ask again.")


# Which face?


def face_is(name: str) -> str:
    return _("Noted: that is {name}. I'll learn it at the next training.", name=name)


def no_face_is(name: str) -> str:
    return _("Noted: {name} is none of them.", name=name)


def photo_changed() -> str:
    return _("This photo has changed meanwhile. Please look at it again.")


# Review


def decided_by(name: str, what: str) -> str:
    return _("{name} has decided this one: {what}.", name=name, what=what)


def dismissed_by(name: str) -> str:
    return _("{name} has decided this one, and dismissed it.", name=name)


def decided_already() -> str:
    return _("This one has been decided already.")


def noted(what: str) -> str:
    return _("Noted: {what}.", what=what)


def dismissed() -> str:
    return _("Dismissed.")


def waits_again() -> str:
    return _("Taken back. Here it is again.")


def not_yours() -> str:
    return _("That can't be taken back any more.")


# Models


def someone_unknown() -> str:
    return _("Somebody")


def answers_now(version: str) -> str:
    return _("{version} answers now.", version=version)


def accuracy(share: float, low: float, high: float) -> str:
    return _("{share} (most likely {low} to {high})", share=percent(share), low=percent(low), high=percent(high))


def training_not_started(reason: str) -> str:
    return _("The training could not be started ({reason}). Is there enough space on the disk?", reason=reason)


def kept_away(command: str) -> str:
    return _(
        "“cousinbot {command}” is at work on the cousins right now. Please try again when it has ended.",
        command=command,
    )


def under_way() -> str:
    return _("A training is already under way, and I can only do one at a time.")


def progress(run: Run) -> str:
    """What a run is doing, in one line."""
    if run.cancelled_by is not None:
        return _("Stopping …")
    if run.doing is None or not run.total:
        return _("Starting …")
    return _("{doing}: {done} of {total}", doing=run.doing, done=min(run.done or 0, run.total), total=run.total)


def ending(run: Run) -> str:
    match run.outcome:
        case "promoted":
            return _("The last training made {version}, which took over.", version=run.version)
        case "kept":
            return _("The training is done, but {version} does not answer for now.", version=run.version)
        case "cancelled":
            return _("The training was cancelled.")
        case _:
            return _("The training failed. {why}", why=run.message or "").strip()


# Where there is no page


def refused(status: int) -> tuple[str, str]:
    """A title, and what to do."""
    match status:
        case 401:
            return _("Please sign in"), _(
                "These pages are only for the family. An admin of the family gives you a link; where the family has a"
                " bot in Telegram, so does /web. Then you stay signed in here for a month."
            )
        case 403:
            return _("This is for admins"), _(
                "Only admins may see or do this. If you should be one, ask whoever looks after the bot."
            )
        case 404 | 405:
            return _("There is nothing here"), _(
                "Perhaps it was renamed or deleted, or there is a slip in the address. Please begin at the first page."
            )
        case 413:
            return _("That is too much at once"), _("Please send fewer or smaller photos, and try again.")
        case 429:
            return _("One moment, please"), _("That was very often in a short time. Please try again in a minute.")
        case status if status < 500:
            return _("That did not work"), _("Please go back, and try again.")
        case _:
            return _("Something went wrong"), _(
                "That is my fault, not yours. Please try again in a moment; if it stays like this, tell an admin."
            )
