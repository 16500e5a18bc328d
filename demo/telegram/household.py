"""Who is on the chat page: a guest and an admin, and the group they share. Their ids never change."""

from typing import Final

GUEST: Final = 2001
ADMIN: Final = 1001
GROUP: Final = -4_000_000_000

PEOPLE: Final = (
    {"id": GUEST, "name": "Robin", "role": "guest"},
    {"id": ADMIN, "name": "Alex", "role": "admin"},
)
GROUP_TITLE: Final = "Family reunion"
