"""Who is on the chat page: a guest and an admin, and the group they share. Their ids never change."""

from typing import Final

GUEST: Final = 2001
ADMIN: Final = 1001
GROUP: Final = -4_000_000_000

GUEST_NAME: Final = "Robin"
ADMIN_NAME: Final = "Alex"

PEOPLE: Final = (
    {"id": GUEST, "name": GUEST_NAME, "role": "guest"},
    {"id": ADMIN, "name": ADMIN_NAME, "role": "admin"},
)
