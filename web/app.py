"""The pages put together: every room's routes, behind the one door."""

from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.routing import BaseRoute


def build(routes: Sequence[BaseRoute]) -> Starlette:
    """`routes` are those of the rooms."""
    return Starlette(routes=list(routes))
