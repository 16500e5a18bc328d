from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from data.files.library import PhotoLibrary
from data.store.store import Store
from tests.training.importing.importing import Importing


@pytest.fixture
async def importing(tmp_path: Path) -> AsyncIterator[Importing]:
    """Imports into an empty library."""
    async with Store.open(tmp_path / "cousinbot.db") as store:
        yield Importing(PhotoLibrary(tmp_path / "family" / "photos"), store.catalogue)
