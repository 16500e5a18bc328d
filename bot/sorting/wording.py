"""What is said about groups of faces, and the buttons to say whose they are."""

from collections.abc import Sequence

from foundation.translation import _, ngettext


def nothing_waits() -> str:
    return _(
        "No faces are waiting for a name. 👍\n\nDo you have a heap of photos that nobody has sorted? On the computer I"
        " run on, let me look through them:\n\ncousinbot photos sort DIR\n\nDIR is their folder. Then send me /sort"
        " again, and I'll ask you who is who. The photos stay where they are."
    )


# A group


def who_is_this(group: int, faces: int) -> str:
    return ngettext(
        "Who is this? In group {group} there is {count} face.",
        "Who is this? In group {group} there are {count} faces that look like one person to me.",
        faces,
        group=group,
    )


def is_this(name: str, group: int, faces: int) -> str:
    return ngettext(
        "I think this is {name}. Is that right? In group {group} there is {count} face.",
        "I think this is {name}. Is that right? In group {group} there are {count} faces.",
        faces,
        name=name,
        group=group,
    )


def groups_wait(groups: int) -> str:
    return ngettext("{count} group is waiting.", "{count} groups are waiting.", groups)


def more_names() -> str:
    return _("More names ›")


def not_one_person() -> str:
    return _("Not one person")


def later() -> str:
    return _("Skip ›")


def never() -> str:
    return _("Never ask again")


def undo() -> str:
    return _("↩ Undo")


def try_again() -> str:
    return _("Try again")


# Two groups


def are_they_one(upper: int, lower: int) -> str:
    return _(
        "Same person? In the upper group: {upper}. In the lower group: {lower}.",
        upper=_faces(upper),
        lower=_faces(lower),
    )


def _faces(count: int) -> str:
    return ngettext("{count} face", "{count} faces", count)


def are_these_them_too(name: str, faces: int) -> str:
    return ngettext(
        "The upper faces are {name}. Are the lower ones the same person? It is a group of {count} face.",
        "The upper faces are {name}. Are the lower ones the same person? It is a group of {count} faces.",
        faces,
        name=name,
    )


def same() -> str:
    return _("Same person")


def not_the_same() -> str:
    return _("Not the same")


# What was said


def whose_faces(group: int) -> str:
    return _("What is the name of this person (group {group})? Please reply to this message with it.", group=group)


def taking_in(name: str, photos: int) -> str:
    return ngettext(
        "{name}: I'm taking in {count} photo. This may take a while …",
        "{name}: I'm taking in {count} photos. This may take a while …",
        photos,
        name=name,
    )


def named(name: str, photos: int) -> str:
    return ngettext(
        "✓ This is {name}: I have {count} photo of this group.",
        "✓ This is {name}: I have {count} photos of this group.",
        photos,
        name=name,
    )


def missing(photos: int, example: str, why: str) -> str:
    return ngettext(
        "{count} photo could not be taken in: {example} ({why}).",
        "{count} photos could not be taken in, for example {example} ({why}).",
        photos,
        example=example,
        why=why,
    )


def not_written(name: str, why: str) -> str:
    return _(
        "I have noted that this is {name}, but I can't keep the photos: {why}. Once that is put right, tap “Try"
        " again”.",
        name=name,
        why=why,
    )


def photos_away(example: str) -> str:
    return _(
        "I can't find these photos, for example {example}. Is their disk connected? Nothing was changed.",
        example=example,
    )


def are_one() -> str:
    return _("✓ They are the same person.")


def are_two() -> str:
    return _("✗ They are not the same person. I won't ask about them again.")


def was_split() -> str:
    return _("I made two groups of it, and will ask about each when its turn comes.")


def asked_never_again() -> str:
    return _("✗ I won't ask about these faces again. I keep nothing of them but that.")


def taken_back() -> str:
    return _("That is taken back.")


def skipped_taken_back() -> str:
    return _(
        "That is taken back. I had deleted these faces: I'll ask about them again once “cousinbot photos sort” has"
        " looked through their folder once more."
    )


# What has changed meanwhile


def is_already(name: str) -> str:
    return _("✓ Somebody has said meanwhile that this is {name}.", name=name)


def group_gone() -> str:
    return _("This group is no longer there: somebody has decided on it, or the photos were deleted.")


def group_changed() -> str:
    return _("This group has changed meanwhile. Please look at it again.")


# The end


def names_given(photos: int, lines: Sequence[str]) -> str:
    title = ngettext(
        "These have a name now, and {count} photo is taken in:",
        "These have a name now, and {count} photos are taken in:",
        photos,
    )
    return "\n".join([title, *lines])


def photos_of(name: str, photos: int) -> str:
    return ngettext("• {name}: {count} photo", "• {name}: {count} photos", photos, name=name)


def and_others(names: int) -> str:
    return ngettext("• and {count} other", "• and {count} others", names)


def all_named() -> str:
    return _("That was the last group. 👍")


def end_of_the_walk(groups: int) -> str:
    return ngettext(
        "That was all for now. {count} group still has no name: /sort begins again with the biggest.",
        "That was all for now. {count} groups still have no name: /sort begins again with the biggest.",
        groups,
    )


def out_of_reach(groups: int, example: str) -> str:
    return ngettext(
        "The photos of {count} group can't be found, for example {example}. Connect their disk, or if they are gone"
        " for good, let “cousinbot photos sort” look through their folder again.",
        "The photos of {count} groups can't be found, for example {example}. Connect their disk, or if they are gone"
        " for good, let “cousinbot photos sort” look through their folder again.",
        groups,
        example=example,
    )


def now_train() -> str:
    return _("I'll learn from these photos at the next training: /retrain")
