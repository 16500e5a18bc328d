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


@pytest.mark.parametrize(("language", "spoken"), [("de", "de"), (None, "en")])
async def test_a_run_speaks_the_familys_language(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str | None, spoken: str
) -> None:
    """And not that of the computer, nor of whoever asked for it."""
    started: list[dict[str, str]] = []

    def start(_: str, __: list[str], environment: dict[str, str], **___: object) -> int:
        started.append(environment)
        raise OSError(11, "no process today")

    monkeypatch.setattr(os, "posix_spawn", start)
    monkeypatch.setenv("LANG", "pl_PL.UTF-8")
    home = Home(tmp_path / "family").create()
    async with Store.open(home.database) as store:
        with pytest.raises(OSError, match="no process today"):
            await Trainer(home, "cpu", store.runs, language=language).start("asked for")
    assert [environment["COUSINBOT_LANGUAGE"] for environment in started] == [spoken]
