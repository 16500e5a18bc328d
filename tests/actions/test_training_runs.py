"""The training process, wherever the bot was started."""

import os
from pathlib import Path

import pytest

from actions.training_runs import Trainer, last_line
from data.files.home import Home
from data.files.training_lock import TrainingLock
from data.store.store import Store


@pytest.mark.e2e  # starts a training process
async def test_folders_called_as_ours_are_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A home has a folder called models, and people start the bot in their home."""
    home = Home(tmp_path / "family").create()
    for name in ("cli", "models"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("raise SystemExit('Not ours.')")
    monkeypatch.chdir(tmp_path)
    async with Store.open(home.database) as store:
        trainer = Trainer(home, "cpu", store.runs)
        assert await trainer.start("asked for") is not None
        held = TrainingLock(home.training_lock).acquire(patience=60)  # given back as the process ends
        assert held is not None
        os.close(held)
        assert not trainer.is_alive()
    assert last_line(home.training_log).startswith("There are no photos")
