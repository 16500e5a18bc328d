"""What the rooms' tests share: expensive things, made once."""

from pathlib import Path

import pytest

import cli  # noqa: F401  first: it sets how torch's threads wait, before torch is loaded
from tests.bot.trained import make_home


@pytest.fixture(scope="session")
def trained_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of a small drawn family with a champion. Made once: copy what you change."""
    return make_home(tmp_path_factory.mktemp("trained") / "family")


@pytest.fixture(scope="session")
def shared() -> Path:
    """Real photos and weights, beside the repository on machines that have them."""
    folder = Path(__file__).parents[2] / "shared"
    if not (folder / "photos").is_dir():
        pytest.skip("the real photos do not lie beside this repository")
    return folder
