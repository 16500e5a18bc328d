"""What is the family's stays the family's: secrets, modes, what is kept and for how long, what is forgotten."""

import asyncio
import io
import sqlite3
import stat
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path

import pytest
import torch
from click.testing import CliRunner
from PIL import Image
from safetensors.torch import load_file, save_file

import cli
from actions.inbox import Inbox
from actions.running.housekeeping import Housekeeping
from data.backup.backup import back_up
from data.files.home import Home
from data.settings import Settings
from data.store.guesses import Guesses
from data.store.store import Store
from demo.telegram.faults import Fault
from demo.telegram.person import Person
from demo.telegram.server import LocalTelegram
from models.card import Card, Sample
from models.registry import Registry
from tests.bot.conftest import ADMIN, HURRIED, MakeSettings, invited, serving, settled, until
from tests.bot.siege import ended, environment, running
from tests.bot.trained import portrait
from tests.data.holding import held
from tests.data.test_store import answered, face


def token_of(settings: Settings) -> str:
    assert settings.telegram_token is not None
    return settings.telegram_token.get_secret_value()


def files(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def command_for(settings: Settings) -> CliRunner:
    """The command as this family would type it."""
    environment = {"HOME": settings.home, "FACTS": settings.facts, "DEVICE": "cpu"}
    return CliRunner(env={f"COUSINBOT_{name}": str(value) for name, value in environment.items()})


def photographed(seed: int) -> bytes:
    """A photo as a phone takes it: with the place and the maker's name."""
    exif = Image.Exif()
    exif[0x010F] = "SECRETMAKER"
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (48.0, 51.0, 29.0)
    file = io.BytesIO()
    Image.open(io.BytesIO(portrait("ben", seed))).save(file, "JPEG", exif=exif, comment=b"SECRETMAKER")
    return file.getvalue()


async def test_the_token_is_written_nowhere_whatever_goes_wrong(
    telegram: LocalTelegram, trained: Settings, tmp_path: Path
) -> None:
    """A real process through a bad day, its log, its home and a backup of it."""
    token, log = token_of(trained), tmp_path / "log"
    person = await Person.join(telegram.url, "Ada", ADMIN)
    for fault in (
        Fault("getMe", status=401, description="Unauthorized"),
        Fault("getUpdates", status=404, description="Not Found"),
        Fault("getFile", "drop"),
        Fault("file", status=404, description="Not Found", times=2),
        Fault("sendMessage", status=401, description="Unauthorized"),
        Fault("answerCallbackQuery", status=500, description=f"https://api.example/bot{token}/x"),
        Fault("editMessageText", "garbage"),
    ):
        telegram.faults.add(fault)
    async with running(environment(telegram, trained.home, trained.facts), log) as bot:
        await person.send_file(photographed(100), "IMG.jpg", "image/jpeg")
        answer = await person.next(timeout=40)
        if answer.buttons:
            await person.press(answer, "✗ Wrong")
        await settled(telegram, trained)
        back_up(Home(trained.home), trained.facts, tmp_path / "saved.zip", lambda *_: None)
        bot.terminate()
        await ended(bot)
    assert "Telegram" in log.read_text()
    for path, content in files(tmp_path).items():
        assert token.encode() not in content, path
        assert token.partition(":")[2].encode() not in content, path
    assert b"SECRETMAKER" not in b"".join(files(trained.home / "inbox").values())


async def test_everything_is_readable_by_its_owner_only(
    telegram: LocalTelegram, trained: Settings, tmp_path: Path
) -> None:
    """What training, the bot and backups leave, though the umask would have let others in."""
    async with running(environment(telegram, trained.home, trained.facts), tmp_path / "log") as bot:
        guest = await invited(telegram, "Gus")
        await guest.send_photo(portrait("ben", 100))
        await guest.next(timeout=40)
        bot.kill()
        await ended(bot)
    log_files = list(trained.home.glob("cousinbot.db*"))  # a killed process leaves them; the next clears them away
    assert len(log_files) == 3
    assert {stat.S_IMODE(path.stat().st_mode) for path in log_files} == {0o600}
    result = await asyncio.to_thread(command_for(trained).invoke, cli.main, ["backup", str(tmp_path / "a.zip")])
    assert result.exit_code == 0, result.output
    made = [path for path in trained.home.rglob("*") if "photos" not in path.parts]
    for path in (*made, tmp_path / "a.zip"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path
    names = {path.name for path in made}
    assert {"current", "promotions.jsonl", "card.json", "weights.safetensors", "report.html"} <= names
    assert {"cousinbot.db", "bot.lock"} <= names


async def test_what_is_forgotten_before_its_photo_is_kept_leaves_no_photo(
    telegram: LocalTelegram, trained: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As by /forgetme in private while a photo of theirs is being answered in a group."""
    keep, forgotten = Inbox.keep, []

    async def forget_first(inbox: Inbox, sha256: str, jpeg: bytes) -> None:
        async with Store.open(trained.home / "cousinbot.db") as store:
            forgotten.extend(await store.guesses.forget_sender(guest.id))
        await keep(inbox, sha256, jpeg)

    monkeypatch.setattr(Inbox, "keep", forget_first)
    async with serving(trained):
        guest = await invited(telegram, "Gus")
        await guest.send_photo(portrait("ben", 100))
        assert "Ben" in (await guest.next()).text
        await settled(telegram, trained)
    assert len(forgotten) == 1
    assert list((trained.home / "inbox").iterdir()) == []


async def test_a_photo_that_comes_while_the_house_is_cleaned_is_kept(
    telegram: LocalTelegram, trained: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    known, cleaned = Guesses.kept, asyncio.Event()

    async def meanwhile_a_photo(guesses: Guesses) -> set[str]:
        before = await known(guesses)
        if not cleaned.is_set():
            (trained.home / "inbox" / "new.jpg").write_bytes(b"x")
            await answered(Store(guesses._database), 1, face(), sha256="new")
            cleaned.set()
        return before

    monkeypatch.setattr(Guesses, "kept", meanwhile_a_photo)
    async with serving(trained):
        await cleaned.wait()
        await (await invited(telegram, "Gus")).say("/help")
        await settled(telegram, trained)
    assert [path.name for path in (trained.home / "inbox").iterdir()] == ["new.jpg"]


async def test_forgetting_oneself_reaches_the_trained_versions(telegram: LocalTelegram, trained: Settings) -> None:
    """A correction of theirs was trained on: its face leaves the version that answers, and its rows every page."""
    async with serving(trained):
        guest, admin = await invited(telegram, "Gus"), await Person.join(telegram.url, "Ada", ADMIN)
        await guest.send_photo(portrait("ben", 100))
        await guest.next()
        await settled(telegram, trained)
        [photo] = (trained.home / "inbox").iterdir()
        _train_on(trained.home / "models", photo)
        await guest.say("/forgetme")
        await guest.press(await guest.next(), "Yes, delete 1 photo")
        assert "Done. I deleted 1 photo" in (await guest.next()).text
        registry = Registry(trained.home / "models")
        assert registry.versions() == ["v002"]
        assert not any(sample.source == "correction:1" for sample in registry.card("v002").samples)
        await admin.send_photo(portrait("ben", 101))
        assert "Ben" in (await admin.next()).text
        database = trained.home / "cousinbot.db"
        assert (trained.home / "cousinbot.db-wal").stat().st_size < 200_000
        with closing(sqlite3.connect(database)) as db:
            assert db.execute("SELECT version FROM guesses").fetchall() == [("v002",)]
    assert photo.stem.encode() not in b"".join(files(trained.home).values())


async def test_done_is_said_when_nothing_is_left_though_another_program_reads(
    telegram: LocalTelegram, trained: Settings
) -> None:
    """Others are answered while it holds the database, and the log has the faces as long as that lasts."""
    database = trained.home / "cousinbot.db"
    async with serving(trained, replace(HURRIED, log_check=0.05)):
        guest, other = await invited(telegram, "Gus"), await invited(telegram, "Pia")
        await guest.send_photo(portrait("ben", 100))
        await guest.next()
        await settled(telegram, trained)
        with closing(sqlite3.connect(database)) as db:
            (face_seen,) = db.execute("SELECT embedding FROM guesses").fetchone()
        with held(database, "BEGIN"):
            await guest.say("/forgetme")
            await guest.press(await guest.next(), "Yes, delete 1 photo")
            assert "Another program is still reading" in (await guest.next()).text
            await other.send_photo(portrait("amelia", 101))
            assert "Amelia" in (await other.next()).text
            assert face_seen in b"".join(files(trained.home).values())
            assert not any("Done" in str(call.params.get("text")) for call in telegram.calls.of("editMessageText"))
        assert (await guest.next()).text == "Done. I deleted 1 photo, and everything I learned from it."
        assert face_seen not in b"".join(files(trained.home).values())


async def test_who_was_told_to_wait_hears_of_the_end_from_the_next_process(
    telegram: LocalTelegram, trained: Settings, tmp_path: Path
) -> None:
    database, log = trained.home / "cousinbot.db", tmp_path / "log"
    variables = environment(telegram, trained.home, trained.facts)
    async with running(variables, log) as bot:
        guest = await invited(telegram, "Gus")
        await guest.send_photo(portrait("ben", 100))
        await guest.next(timeout=40)
        await settled(telegram, trained)
        with held(database, "BEGIN"):
            await guest.say("/forgetme")
            await guest.press(await guest.next(), "Yes, delete 1 photo")
            assert "Another program is still reading" in (await guest.next()).text
            await settled(telegram, trained)
            bot.kill()
            await ended(bot)
    async with running(variables, log):
        assert (await guest.next(timeout=40)).text.startswith("Done. I deleted 1 photo")


async def test_what_strangers_say_is_gone_though_nobody_else_writes(telegram: LocalTelegram, trained: Settings) -> None:
    """In a log that only fills up with time it would stay for weeks."""
    async with serving(trained, replace(HURRIED, log_check=0.05)):
        stranger = await Person.join(telegram.url, "Sal")
        await stranger.say("SECRETWORDS of a stranger")
        await stranger.next()
        await settled(telegram, trained)
        await until(lambda: b"SECRETWORDS" not in b"".join(files(trained.home).values()))


def _train_on(models: Path, photo: Path) -> None:
    """As if the champion had been trained on this photo too: a row in its gallery, and a line in its card."""
    card_file, weights_file = models / "v001" / "card.json", models / "v001" / "weights.safetensors"
    card, tensors = Card.model_validate_json(card_file.read_bytes()), load_file(weights_file)
    taught = Sample(sha256=photo.stem, cousin="ben", source="correction:1", fold=1, box=(0, 0, 1, 1))
    more = {
        "gallery": torch.cat([tensors["gallery"], tensors["gallery"][:1]]),
        "gallery_labels": torch.cat([tensors["gallery_labels"], torch.tensor([1])]),
    }
    save_file(tensors | more, weights_file)
    card_file.write_text(
        card.model_copy(update={"samples": [*card.samples, taught], "weights": None}).model_dump_json()
    )


async def test_a_running_bot_knows_a_forgotten_cousin_no_more(
    telegram: LocalTelegram, trained: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Trained on, and taught by a correction a moment ago: gone from both."""
    async with serving(trained):
        admin = await Person.join(telegram.url, "Ada", ADMIN)
        await admin.send_photo(portrait("amelia", 100))
        await admin.press(answer := await admin.next(), "✗ Wrong")
        await admin.press(await admin.next(), "Ben")
        await admin.answer_to_press()
        assert answer.id
        await settled(telegram, trained)
        command = ["photos", "forget", "ben", "--facts", "--yes"]
        result = await asyncio.to_thread(command_for(trained).invoke, cli.main, command)
        assert result.exit_code == 0, result.output
        for seed in (100, 101):
            asked = await admin.send_photo(portrait("amelia" if seed == 100 else "ben", seed))
            while (reply := await admin.next()).reply_to != asked:
                pass
            assert "Ben" not in reply.text
        await admin.say("/cousins")
        assert "Ben" not in (await admin.next()).text


async def test_after_keep_days_nothing_of_a_photo_is_left(telegram: LocalTelegram, make_settings: MakeSettings) -> None:
    """But for those that a correction needs: row, face and file go together, a rejected correction keeps nothing."""
    settings = make_settings(keep_days=30)
    home = Home(settings.home).create()
    async with Store.open(home.database) as store:
        faces = {}
        for message, name in enumerate(("plain", "proposed", "accepted", "rejected", "taken back")):
            (home.inbox / f"{name}.jpg").write_bytes(b"x")
            faces[name] = (await answered(store, message, face(), sha256=name)).guesses[0].id
        await store.statements.propose(faces["proposed"], "is", "linus", 7)
        await store.statements.declare(faces["accepted"], "is", "linus", 1)
        await store.statements.reject(await store.statements.propose(faces["rejected"], "is", "linus", 7), 1)
        await store.statements.reject(await store.statements.declare(faces["taken back"], "is", "linus", 1), 1)
    (home.inbox / ".half.jpg.part").write_bytes(b"x")
    with closing(sqlite3.connect(home.database)) as db, db:
        db.execute("UPDATE photos SET at = ?", ((datetime.now(UTC) - timedelta(days=31)).isoformat(),))
    async with serving(settings):
        await invited(telegram, "Gus")

        def left() -> set[str]:
            return {path.name for path in home.inbox.iterdir()}

        await until(lambda: left() == {"proposed.jpg", "accepted.jpg"})
    with closing(sqlite3.connect(home.database)) as db:
        assert db.execute("SELECT sha256 FROM photos ORDER BY 1").fetchall() == [("accepted",), ("proposed",)]
        assert db.execute("SELECT count(*) FROM guesses").fetchone() == (2,)
        assert db.execute("SELECT count(*) FROM statements").fetchone() == (2,)


async def test_a_clock_that_runs_ahead_takes_no_photo_along(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = Home(tmp_path / "family").create()

    async def nobody() -> frozenset[int]:
        return frozenset()

    class Clock(datetime):
        ahead = timedelta(days=365)

        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return datetime.now(tz) + cls.ahead

    async with Store.open(home.database) as store:
        (home.inbox / "photo.jpg").write_bytes(b"x")
        await answered(store, 1, face(), sha256="photo")
        inbox = Inbox(home.inbox, home.face_cache)
        housekeeping = Housekeeping(store.pruning, store.guesses, inbox, 30, nobody)
        monkeypatch.setattr("actions.running.housekeeping.datetime", Clock)
        await housekeeping.clean_up()
        assert inbox.path("photo").exists()
        Clock.ahead += timedelta(days=8)  # it stays so: the bot has rested
        await housekeeping.clean_up()
        assert not inbox.path("photo").exists()


def test_photos_copied_in_by_hand_are_the_familys_own(tmp_path: Path) -> None:
    """They are not rewritten; what `photos import` brings in carries nothing."""
    taken = photographed(100)
    (tmp_path / "ben").mkdir()
    (tmp_path / "ben" / "IMG.jpg").write_bytes(photographed(101))
    home = Home(tmp_path / "family").create()
    (home.photos / "otto").mkdir()
    (home.photos / "otto" / "IMG.jpg").write_bytes(taken)
    result = CliRunner(env={"COUSINBOT_HOME": str(home.root)}).invoke(
        cli.main, ["photos", "import", str(tmp_path / "ben")]
    )
    assert result.exit_code == 0, result.output
    assert (home.photos / "otto" / "IMG.jpg").read_bytes() == taken
    [imported] = (home.photos / "ben").iterdir()
    assert b"SECRETMAKER" not in imported.read_bytes()
    with Image.open(imported) as image:
        assert not image.getexif()
