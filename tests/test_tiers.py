"""Every test belongs to one tier, and the quick tier starts nothing large."""

import subprocess
import sys
from types import FunctionType, SimpleNamespace
from typing import Any

import pytest

from demo.telegram.server import LocalTelegram
from tests.tiers import TIERS, tier_of


def test_every_test_has_one_tier(request: pytest.FixtureRequest) -> None:
    """Of all that were collected here: with no arguments, all there are."""
    for item in request.session.items:
        assert len({mark.name for mark in item.iter_markers() if mark.name in TIERS}) == 1, item.nodeid


def plain() -> None: ...


def runs() -> None:
    subprocess.run([sys.executable])


def runs_by_a_helper() -> None:
    for _ in (1, 2):
        (lambda: runs())()


class Talks:
    def begin(self) -> LocalTelegram:
        return LocalTelegram()


def talks() -> None:
    Talks().begin()


@pytest.mark.parametrize(
    ("function", "fixtures", "tier"),
    [
        (plain, [], "unit"),
        (plain, ["tmp_path"], "unit"),
        (plain, ["tmp_path", "telegram"], "e2e"),
        (plain, ["trained_home"], "e2e"),
        (plain, ["shared"], "e2e"),
        (runs, [], "e2e"),
        (runs_by_a_helper, [], "e2e"),
        (talks, [], "e2e"),
    ],
)
def test_the_tier_follows_from_what_a_test_uses(function: FunctionType, fixtures: list[str], tier: str) -> None:
    item: Any = SimpleNamespace(function=function, fixturenames=fixtures)
    assert tier_of(item) == tier
