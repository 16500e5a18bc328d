from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from data.files.home import Home
from data.store.store import Store
from tests.training.exporting.exporting import Exporting


@pytest.fixture
async def exporting(tmp_path: Path) -> AsyncIterator[Exporting]:
    """Exports what was imported into an empty library."""
    home = Home(tmp_path / "family").create()
    async with Store.open(home.database) as store:
        yield Exporting(home, store)
