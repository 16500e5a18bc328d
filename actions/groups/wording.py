"""Why something can't be said of a group."""

from foundation.translation import _


def no_such_group(number: int) -> str:
    return _(
        "There is no group {number}. Please look at the groups again: on the page, with /sort in the chat, or with"
        " “cousinbot photos sort”.",
        number=number,
    )


def no_such_faces(number: int) -> str:
    return _("Those faces are not in group {number} any more. Please look at it again.", number=number)


def nothing_to_split(number: int) -> str:
    return _(
        "Please choose some of the faces of group {number}, and leave at least one: the chosen ones become a group of"
        " their own.",
        number=number,
    )


def two_cousins(one: str, other: str) -> str:
    return _(
        "One of these groups was named {one}, the other one {other}. If both are one person, merge the cousins: on"
        " their page, with /merge in the chat, or with “cousinbot photos merge”.",
        one=one,
        other=other,
    )


def one_group(number: int) -> str:
    return _("That is group {number} twice. Please choose two different ones.", number=number)


def file_changed() -> str:
    return _("the file is another one now: please run “cousinbot photos sort” on its folder again")
