"""What admins are told that nobody asked for."""

from foundation.translation import _


def may_not_send_photos(group: str) -> str:
    return _(
        "I'm not allowed to send photos in the group “{group}”, so I answer there in words alone. To change that, allow"
        " members to send photos in the group's permissions, or make me an admin of the group.",
        group=group,
    )


def may_not_write(group: str) -> str:
    return _(
        "I'm not allowed to write in the group “{group}”, so nobody gets an answer there. To change that, allow members"
        " to send messages in the group's permissions, or make me an admin of the group.",
        group=group,
    )
