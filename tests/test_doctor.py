"""`cousinbot doctor`: what is wrong is found, and said with what to do."""

import asyncio
import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner, Result

import cli
from cli.doctor.checks_model import weights
from cli.doctor.findings import Finding, well
from data.files.home import Home
from data.files.home_lock import alone_in
from data.store.store import Store
from demo.telegram.faults import Fault
from demo.telegram.server import LocalTelegram

TOKEN = "7205318844:AAExampleExampleExampleExampleExamp"


@pytest.fixture
def home(tmp_path: Path, trained_home: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A family with a champion and a database; nobody listens where Telegram should be."""
    monkeypatch.chdir(tmp_path)
    settings = {
        "HOME": tmp_path / "family",
        "DEVICE": "cpu",
        "ADMINS": "1",
        "TELEGRAM_TOKEN": TOKEN,
        "TELEGRAM_API": "http://127.0.0.1:9",
    }
    for name, value in settings.items():
        monkeypatch.setenv(f"COUSINBOT_{name}", str(value))
    shutil.copytree(trained_home, tmp_path / "family")
    home = Home(tmp_path / "family").create()
    home.root.chmod(0o700)
    (tmp_path / "facts.yaml").write_text("ben: [He bakes.]\n")

    async def make() -> None:
        async with Store.open(home.database):
            pass

    asyncio.run(make())
    return home


def leave_out_the_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes a second to load, and is well."""
    monkeypatch.setattr("cli.doctor.checks_model.model", lambda *_: well("model", "not looked at here"))
    monkeypatch.setattr("cli.doctor.checks_model.weights", lambda *_: [])


def look() -> tuple[Result, dict[str, dict[str, Any]]]:
    result = CliRunner().invoke(cli.main, ["doctor", "--json"])
    assert TOKEN not in result.output
    assert result.stdout.count("\n") == 1, result.output
    found = json.loads(result.stdout)
    assert (result.exit_code == 0) == found["well"]
    assert found["well"] == all(check["state"] != "wrong" for check in found["checks"])
    return result, {check["what"]: check for check in found["checks"]}


def test_a_sound_house_without_a_network(home: Home) -> None:
    result, checks = look()
    assert result.exit_code == 0
    assert checks["token"]["state"] == "note"
    assert "can't be reached. Please check that this computer is online" in checks["token"]["says"]
    assert checks["model"]["says"] == "v001 answers, and knows 4 cousins."
    assert checks["photos"]["says"] == "Photos: 20. Cousins: 4."
    assert checks["database"]["state"] == "well"
    assert {name for name, check in checks.items() if check["state"] == "note"} == {
        *("token", "bot", "detector", "network"),
    }


def test_it_is_said_for_people_too(home: Home) -> None:
    result = CliRunner().invoke(cli.main, ["doctor"])
    assert result.exit_code == 0, result.output
    assert "✓ model     v001 answers, and knows 4 cousins.\n" in result.stdout
    assert (
        "• bot       The bot is not running on this computer. This starts it: cousinbot run, or cousinbot web\n"
        in result.stdout
    )
    assert result.stdout.endswith("All is well.\n")


async def test_what_telegram_says(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    leave_out_the_model(monkeypatch)
    async with LocalTelegram() as telegram:
        monkeypatch.setenv("COUSINBOT_TELEGRAM_API", telegram.url)

        async def asked() -> dict[str, dict[str, Any]]:
            return (await asyncio.to_thread(look))[1]

        checks = await asked()
        assert checks["token"]["state"] == "wrong"
        assert "copy it again from @BotFather" in checks["token"]["says"]
        monkeypatch.setenv("COUSINBOT_TELEGRAM_TOKEN", telegram.token)
        checks = await asked()
        assert checks["token"]["says"] == "Telegram knows the token: @family_cousin_bot."
        assert checks["clock"]["says"] == "This computer's clock agrees with Telegram's."
        telegram.advance(-7200)
        checks = await asked()
        assert checks["clock"]["state"] == "wrong"
        assert "timedatectl" in checks["clock"]["says"]
        for fault in (Fault("getMe", "html", status=502), Fault("getMe", "garbage"), Fault("getMe", "drop")):
            telegram.faults.add(fault)
            assert (await asked())["token"]["state"] == "note"


Break = Callable[[Home, pytest.MonkeyPatch], object]


def _damage_database(home: Home, _: pytest.MonkeyPatch) -> None:
    data = bytearray(home.database.read_bytes())
    data[5000:9000] = b"x" * 4000
    home.database.write_bytes(data)


def _newer_database(home: Home, _: pytest.MonkeyPatch) -> None:
    with closing(sqlite3.connect(home.database)) as db:
        db.execute("PRAGMA user_version = 999")


def leave_free(patch: pytest.MonkeyPatch, free: int) -> None:
    """So many bytes are left on the disk."""
    patch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=free))


def _open_settings(home: Home, _: pytest.MonkeyPatch) -> None:
    Path(".env").touch()
    Path(".env").chmod(0o640)


@pytest.mark.parametrize(
    ("what", "breaks", "says"),
    [
        ("settings", lambda home, patch: patch.setenv("COUSINBOT_ADMINS", "bob"), "COUSINBOT_ADMINS is not right"),
        ("token", lambda home, patch: patch.delenv("COUSINBOT_TELEGRAM_TOKEN"), "COUSINBOT_TELEGRAM_TOKEN is missing"),
        ("home", lambda home, patch: shutil.rmtree(home.root), "COUSINBOT_HOME"),
        ("privacy", lambda home, patch: (home.root.chmod(0o755), home.photos.chmod(0o755)), "chmod go= "),
        ("privacy", _open_settings, "chmod go= .env"),
        ("disk", lambda home, patch: leave_free(patch, 10**6), "free up some space"),
        ("database", _damage_database, "restore your last backup"),
        ("database", lambda home, patch: home.database.write_bytes(b"nonsense" * 999), "restore your last backup"),
        ("database", _newer_database, "update cousinbot"),
        ("facts", lambda home, patch: Path("facts.yaml").write_text("ben: no list\n"), "facts.yaml, line 1"),
        (
            "names",
            lambda home, patch: home.pending_change.write_text("{}"),
            "“cousinbot photos list” finishes it",
        ),
        ("model", lambda home, patch: (home.models / "current").unlink(), "run “cousinbot train”"),
        ("model", lambda home, patch: (home.models / "v001" / "card.json").write_text("{"), "train again"),
        ("model", lambda home, patch: (home.models / "v001" / "weights.safetensors").write_bytes(b"x"), "train again"),
    ],
)
def test_what_is_wrong(home: Home, monkeypatch: pytest.MonkeyPatch, what: str, breaks: Break, says: str) -> None:
    if what != "model":
        leave_out_the_model(monkeypatch)
    breaks(home, monkeypatch)
    result, checks = look()
    assert result.exit_code == 1
    assert checks[what]["state"] == "wrong"
    assert says in checks[what]["says"]


def test_a_home_that_cannot_be_written(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: object) -> None:
        raise OSError(30, "Read-only file system")

    leave_out_the_model(monkeypatch)
    monkeypatch.setattr("tempfile.TemporaryFile", refuse)
    _, checks = look()
    assert checks["home"]["state"] == "wrong"
    assert "The disk is read-only: please remount it" in checks["home"]["says"]


def test_what_is_for_people_to_judge(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fill() -> None:
        async with Store.open(home.database) as store:
            await store.journal.record({1: "{}", 2: "{}"})
            await store.journal.set_aside([1])

    asyncio.run(fill())
    shutil.copytree(home.photos / "ben", home.photos / "otto")
    (home.photos / "linus").mkdir()
    shutil.copy(next((home.photos / "ben").iterdir()), home.photos / "linus")
    leave_free(monkeypatch, 10**9)
    monkeypatch.delenv("COUSINBOT_ADMINS")
    result, checks = look()
    assert result.exit_code == 0
    notes = {name: check["says"] for name, check in checks.items() if check["state"] == "note"}
    assert "1 message could not be handled" in notes["journal"]
    assert "too few photos (it needs 3 of each): linus." in notes["photos"]
    assert "cousins whom this version does not know yet: otto." in notes["model"]  # of Linus training can't learn yet
    assert "hardly enough for training" in notes["disk"]
    assert "Nobody can correct the bot" in notes["settings"]


async def test_whether_it_runs(home: Home) -> None:
    from cli.doctor.checks import running

    async with alone_in(home):
        assert running(home).says == f"The bot is running (process {os.getpid()})."
    assert running(home).state == "note"


def says_of(what: str) -> list[str]:
    result = CliRunner().invoke(cli.main, ["doctor", "--json"])
    return [check["says"] for check in json.loads(result.stdout)["checks"] if check["what"] == what]


def test_entries_of_nobody_are_reported_with_who_may_be_meant(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    leave_out_the_model(monkeypatch)
    Path("facts.yaml").write_text("Bén: [He bakes.]\nxyzzy: [x]\nCLARA: [She sails.]\n")
    _, one, other = says_of("facts")
    assert "there are no photos of “Bén”. Did you mean ben?" in one
    assert "there are no photos of “xyzzy”" in other


@pytest.mark.parametrize("other", ["big_ben", "Big_Ben"])
def test_two_entries_of_one_cousin_are_to_be_put_together(
    home: Home, monkeypatch: pytest.MonkeyPatch, other: str
) -> None:
    """Whichever of them was called by the folder's name, it would be in the file twice then."""
    leave_out_the_model(monkeypatch)
    (home.photos / "Big_Ben").mkdir()
    Path("facts.yaml").write_text(f"Big Ben: [He bakes.]\n{other}: [He sings.]\n")
    _, *found = says_of("facts")
    assert found == [
        f"facts.yaml: “Big Ben” and “{other}” are about the same cousin."
        " Please put everything into one entry, “Big_Ben:”."
    ]


def test_every_clash_of_names_is_reported(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    leave_out_the_model(monkeypatch)
    for folder in ("Jose", "jose", "Jos\u00e9", "ann_a", "anna", "patty", "🐶 Rex", "Zo\u00eb", "Zoe\u0308"):
        (home.photos / folder).mkdir()
        shutil.copy(home.photos / "ben" / "ben_1.jpg", home.photos / folder)
    Path("facts.yaml").write_text(
        "ben:\n  name: Sam\nclara:\n  name: sam\ndiego:\n  aliases: [Patty]\namelia:\n  aliases: [Anna]\n"
    )
    found = says_of("names")
    for one, other in (("Jose", "jose"), ("Jose", "José"), ("José", "jose"), ("ann_a", "anna")):
        assert any(f"The cousins {one} and {other} have nearly the same name" in says for says in found), (one, other)
    assert any(says.endswith("If they are one person: cousinbot photos merge ann_a anna") for says in found)
    assert any("“Sam” can mean ben or clara" in says for says in found)
    assert any("“Patty” can mean diego or patty" in says for says in found)
    assert any("“Anna” can mean amelia or anna" in says for says in found)
    assert any("🐶 Rex" in says for says in found)
    assert any("2 folders are called Zo\u00eb" in says for says in found)


@pytest.mark.parametrize(
    ("landlock", "says"), [(0, "can't keep it from deleting files too"), (4, "can't get at anything else (Landlock 4)")]
)
def test_how_well_pictures_are_locked_away(
    home: Home, monkeypatch: pytest.MonkeyPatch, landlock: int, says: str
) -> None:
    """The room is locked on every system; where the kernel helps too, it is tighter. Neither is anybody's mistake."""
    leave_out_the_model(monkeypatch)
    monkeypatch.setattr("cli.doctor.checks_model.landlock_version", lambda: landlock)
    found = look()[1]["decoders"]
    assert found["state"] == "well"
    assert says in found["says"]


def test_where_the_face_finder_goes_by_hand(home: Home) -> None:
    """What could not be downloaded says that this is said here."""
    detector = next(iter(weights(home)))
    assert detector.state == "note"
    assert f"put yunet_n_640_640.onnx into {home.weights}" in detector.says


def test_where_the_second_network_goes_by_hand(home: Home, shared: Path) -> None:
    def second() -> Finding:
        _, found = [finding for finding in weights(home) if finding.what == "network"]  # dlib's comes first
        return found

    assert second().state == "note"  # nothing is broken: what is there answers
    assert f"you can put mobilefacenet.bin, mobilefacenet.json into {home.weights}" in second().says
    assert "new versions tell relatives apart a little less well" in second().says
    home.weights.mkdir(exist_ok=True)
    shutil.copyfile(shared / "weights" / "mobilefacenet.bin", home.weights / "mobilefacenet.bin")
    assert f"you can put mobilefacenet.json into {home.weights}" in second().says
    (home.weights / "mobilefacenet.json").write_text("{}")
    assert second().state == "note"
    shutil.copyfile(shared / "weights" / "mobilefacenet.json", home.weights / "mobilefacenet.json")
    assert (second().state, second().says) == (
        "well",
        "The second face network (MobileFaceNet) is there: with it, answers are surer.",
    )


def test_a_short_invitation_and_who_the_admins_are(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    leave_out_the_model(monkeypatch)
    monkeypatch.delenv("COUSINBOT_ADMINS")
    monkeypatch.setenv("COUSINBOT_INVITE", "reunion-2026")
    checks = look()[1]
    assert checks["settings"]["state"] == "note"
    assert checks["invite"]["state"] == "note"
    assert "fewer than 16 characters" in checks["invite"]["says"]

    async def add() -> None:
        async with Store.open(home.database) as store:
            await store.admins.add(7, None, 0)

    asyncio.run(add())
    monkeypatch.setenv("COUSINBOT_INVITE", "the-smiths-reunion-2026")
    checks = look()[1]
    assert checks["settings"]["says"] == "Admins: 1. Groups: 0."
    assert "invite" not in checks


@pytest.mark.parametrize(
    ("settings", "state", "says"),
    [
        ({"PORT": "8080"}, "well", "http://localhost:8080; 0 people"),
        ({"PORT": "8080", "HOST": "0.0.0.0"}, "note", "COUSINBOT_WEB_URL"),
        ({"PORT": "8080", "URL": "https://cousins.example.org"}, "note", "COUSINBOT_WEB_PROXIES"),
        (
            {"PORT": "8080", "URL": "https://cousins.example.org", "PROXIES": "127.0.0.1"},
            "well",
            "https://cousins.example.org",
        ),
        ({"PORT": "8080", "OPEN": "true"}, "note", "every program"),
    ],
)
def test_where_the_pages_are(
    home: Home, monkeypatch: pytest.MonkeyPatch, settings: dict[str, str], state: str, says: str
) -> None:
    leave_out_the_model(monkeypatch)
    for name, value in settings.items():
        monkeypatch.setenv(f"COUSINBOT_WEB_{name}", value)
    found = look()[1]["pages"]
    assert (found["state"], says in found["says"]) == (state, True)


def test_a_family_without_telegram_lacks_no_token(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    leave_out_the_model(monkeypatch)
    monkeypatch.delenv("COUSINBOT_TELEGRAM_TOKEN")
    assert look()[1]["token"]["state"] == "wrong"

    async def come_in() -> None:
        async with Store.open(home.database) as store:
            token = await store.sign_ins.make_link_for_newcomer(datetime.now(UTC), is_admin=True)
            await store.sign_ins.enter(token, "Ada", datetime.now(UTC))

    asyncio.run(come_in())
    assert look()[1]["token"]["state"] == "note"
