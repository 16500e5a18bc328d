"""A small home, and a backup of it."""

from pathlib import Path

import pytest

from data.backup.backup import back_up
from data.files.home import Home
from data.store.store import Store
from foundation.progress import silent

TOKEN = "7205318844:AAExampleExampleExampleExampleExamp"


@pytest.fixture
async def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "family").create()
    for name in (
        *("photos/lucy/lucy_1.jpg", "photos/Zoë O'Brien/Bild 1.jpg", "photos/lucy/.lucy_2.jpg.part", "inbox/aa.jpg"),
        *("models/current", "models/v001/card.json", "models/v001/weights.safetensors", "models/.new-v002/report.html"),
        *("weights/yunet.onnx", "weights/hub/resnet34.pth", ".env", "check.html"),
    ):
        path = home.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(TOKEN if name == ".env" else name)
    async with Store.open(home.database) as store:
        await store.people.welcome(7, "Gus")
    return home


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    path = tmp_path / "facts.yaml"
    path.write_text("lucy: [She gives advice.]\n")
    return path


@pytest.fixture
def archive(home: Home, facts: Path, tmp_path: Path) -> Path:
    back_up(home, facts, tmp_path / "saved.zip", silent)
    return tmp_path / "saved.zip"
