"""The tutorial's way with things: “turducken or not”. Whole pictures, and no word of faces or relatives."""

import io
import re
import shutil
from collections.abc import AsyncIterator, Collection
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import Result
from PIL import Image
from playwright.async_api import Browser, expect

from actions.teaching import Teaching
from data.settings import Settings
from demo.telegram.person import Message, Person
from demo.telegram.server import LocalTelegram
from foundation.face import Answer, Candidate, RecognizedFace
from foundation.progress import silent
from inference.decoding.photo import Photo, decode
from inference.faces.detectors import Hog
from inference.recognizer import Recognizer
from models.architectures import architecture
from models.registry import Registry
from tests.bot.conftest import ADMIN, MakeSettings, invited, make_settings, serving, telegram  # noqa: F401  fixtures
from tests.bot.test_corrections import buttons, press, shown
from tests.bot.trained import jpeg_of, portrait
from tests.chromium import chromium
from tests.test_cli import Run, one_json, run  # noqa: F401  fixtures
from tests.things import KINDS, draw_folders, thing
from tests.web.answering import Api, api_of
from tests.web.browsing import browsing, site_of
from training.dataset.labelled import LabelledFile
from training.errors import TrainingError
from training.evaluation.label_check import check_photos

OF_PEOPLE = re.compile(
    r"\b(faces?|relatives?|strangers?|person|persons|people|somebody|someone|nobody|famil(y|ies)|who is (it|this))\b",
    re.IGNORECASE,
)
WHOLE = ("--arch", "squeezenet1_1", "--crop", "whole", "--from-scratch", "--unfrozen-epochs", "0")


def without_tags(html: str) -> str:
    return re.sub(r"<style>.*?</style>|<[^>]*>", " ", html, flags=re.DOTALL)


def no_people_in(text: str) -> None:
    # What is said of the home, whatever lies in it.
    text = text.replace(str(Path.cwd()), "").replace("family/", "")
    assert not OF_PEOPLE.search(text), OF_PEOPLE.findall(text)


@pytest.fixture(scope="session")
def things_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home of three kinds of things with a champion that goes by whole pictures. Copy what you change."""
    from data.files.library import PhotoLibrary
    from training.hyperparameters import Hyperparameters
    from training.run import train

    home = tmp_path_factory.mktemp("things") / "family"
    draw_folders(home / "photos")
    files = [LabelledFile(photo.path, photo.cousin) for photo in PhotoLibrary(home / "photos").photos()]
    shape, hyper = architecture("squeezenet1_1", "whole"), Hyperparameters(unfrozen_epochs=0)
    train(files, Registry(home / "models"), shape, Hog(), "cpu", silent, pretrained=False, hyper=hyper)
    return home


@pytest.fixture
def at_home(run: Run, things_home: Path, tmp_path: Path) -> Run:  # noqa: F811
    shutil.copytree(things_home, tmp_path / "family")
    (tmp_path / "facts.yaml").write_text("disc: [It rolls.]\n")
    return run


def said(result: Result) -> str:
    assert result.exit_code == 0, result.output
    no_people_in(result.output)
    return result.output


def test_a_whole_walk_at_the_command_line(at_home: Run, tmp_path: Path) -> None:
    photos = tmp_path / "family" / "photos"
    said(at_home("train", *WHOLE))
    report = without_tags((tmp_path / "family" / "models" / "v002" / "report.html").read_text("utf-8"))
    no_people_in(report)
    assert "Name by name" in report
    assert "Ages" not in report
    thing("disc", 99).save(tmp_path / "other.png")
    evaluated = said(at_home("evaluate", "--photos", photos, "--strangers", tmp_path, "--folds", "2", *WHOLE))
    assert "pictures of a kind it had never been shown, given no name" in evaluated
    said(at_home("models", "show", "v002"))
    assert re.match(r" +version +trained +architecture +names +named correctly", said(at_home("models", "list")))
    doctor = at_home("doctor").stdout
    assert "Photos: 24. Kinds: 3." in doctor
    assert "answers, and knows 3 kinds." in doctor
    thing("disc", 300).save(tmp_path / "disc.png")
    Image.new("RGB", (12, 12), "black").save(tmp_path / "tiny.png")
    guessed = said(at_home("guess", tmp_path / "disc.png", tmp_path / "tiny.png"))
    assert "disc.png: " in guessed
    assert "too small" not in guessed
    assert "too dark" not in guessed


def test_the_photos_are_checked_as_whole_pictures(at_home: Run, tmp_path: Path) -> None:
    photos = tmp_path / "family" / "photos"
    (photos / "disc" / "torn.jpg").write_bytes((photos / "disc" / "disc_1.jpg").read_bytes()[:500])
    shutil.copy(photos / "star" / "star_1.jpg", photos / "star" / "again.jpg")
    checked = said(at_home("photos", "check", "--crop", "whole"))
    assert "left out: disc/torn.jpg" in checked
    assert "it is the same file as star/again.jpg" in checked
    no_people_in(without_tags((tmp_path / "family" / "check.html").read_text("utf-8")))
    findings = one_json(at_home("photos", "check", "--crop", "whole", "--json"))
    assert findings["usable"] == {"disc": 8, "star": 8, "stripes": 8}
    assert findings["doubtful"] == findings["mixed_up"] == []


@pytest.fixture
def imagenet(shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SqueezeNet's published weights lie where torchvision looks for them."""
    checkpoints = tmp_path / "torch" / "hub" / "checkpoints"
    checkpoints.mkdir(parents=True)
    shutil.copy(shared / "weights" / "squeezenet1_1.pth", checkpoints / "squeezenet1_1-b8a52dc0.pth")
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))


@pytest.mark.usefixtures("imagenet")
def test_wrong_names_of_things_are_found_by_a_network_that_knows_things(tmp_path: Path) -> None:
    folder = draw_folders(tmp_path / "photos")
    (folder / "disc" / "disc_1.jpg").rename(folder / "star" / "wrong.jpg")
    files = [LabelledFile(path, path.parent.name) for path in sorted(folder.rglob("*.jpg"))]
    findings = check_photos(files, architecture("squeezenet1_1", "whole"), Hog(), "cpu", silent)
    assert [(doubt.where, doubt.looks_like) for doubt in findings.doubtful] == [("star/wrong.jpg", "disc")]


@pytest.mark.usefixtures("imagenet")
def test_things_are_told_apart_and_the_next_training_goes_on_as_the_one_before(
    run: Run,  # noqa: F811
    tmp_path: Path,
) -> None:
    """A run that the bot starts asks for no network."""
    draw_folders(tmp_path / "family" / "photos")
    said(run("train", "--arch", "squeezenet1_1", "--crop", "whole", "--unfrozen-epochs", "0"))
    for kind in KINDS:
        thing(kind, 300).save(tmp_path / f"{kind}.png")
    guessed = said(run("guess", *(tmp_path / f"{kind}.png" for kind in KINDS)))
    assert re.findall(r"(\w+)\.png: (\w+), ", guessed) == [(kind, kind.capitalize()) for kind in KINDS]
    again = said(run("train", "--unfrozen-epochs", "0"))
    assert "goes by whole pictures, and so will this one (squeezenet1_1)" in again


@pytest.mark.parametrize("command", [("train",), ("photos", "check")])
def test_where_no_photo_shows_a_face_the_way_of_things_is_told(
    run: Run,  # noqa: F811
    command: tuple[str, ...],
    tmp_path: Path,
) -> None:
    draw_folders(tmp_path / "family" / "photos", each=3)
    result = run(*command)
    assert result.exit_code == 1
    assert "If they show things rather than people, go by whole pictures" in result.output
    assert "--arch resnet34 --crop whole" in result.output


def test_of_too_few_things_it_is_said_without_cousins(run: Run, tmp_path: Path) -> None:  # noqa: F811
    draw_folders(tmp_path / "family" / "photos", each=1)
    result = run("train", *WHOLE)
    assert "Training needs at least two folders with 3 usable photos each" in result.output
    no_people_in(result.output)


def test_a_whole_picture_is_one_thing_whatever_faces_are_on_it(things_home: Path) -> None:
    recognizer = Recognizer.load(things_home / "models" / "v001", Hog(), "cpu")
    both = Image.new("RGB", (640, 320), "white")
    for place, cousin in enumerate(("ben", "amelia")):
        both.paste(Image.open(io.BytesIO(portrait(cousin, 300))), (320 * place, 0))
    ((face,),) = recognizer.recognize([decode(jpeg_of(both))])
    assert (face.found, face.is_picture, face.flaw) == (False, True, None)


def test_what_was_said_of_a_picture_is_learned_from(things_home: Path) -> None:
    """Where a face was looked for, a picture without one says nothing of how somebody looks."""
    from foundation.statement import Statement
    from tests.faces import WHOLE as ALL
    from training.dataset.dataset import read_faces

    files = [LabelledFile(path, path.parent.name) for path in sorted((things_home / "photos").rglob("*.jpg"))]
    corrected = files.pop(0)
    statement = Statement("is", corrected.cousin, "aa", ALL, 1, 1, 7)
    files.append(LabelledFile(corrected.path, corrected.cousin, ALL, statement, sha256="aa"))
    dataset = read_faces(files, architecture("squeezenet1_1", "whole"), Hog(), "cpu", silent)
    assert dataset.corrections == [7]
    assert len(dataset.faces) == len(files)
    with pytest.raises(TrainingError):
        read_faces(files, architecture("face"), Hog(), "cpu", silent)


@pytest.fixture
def things(make_settings: MakeSettings, things_home: Path) -> Settings:  # noqa: F811
    settings = make_settings()
    shutil.copytree(things_home, settings.home)
    settings.facts.write_text("disc: [It rolls.]\n")
    return settings


async def test_the_bot_speaks_of_things(telegram: LocalTelegram, things: Settings) -> None:  # noqa: F811
    admin = await Person.join(telegram.url, "Ada", ADMIN)
    async with serving(things):
        for kind in (*KINDS, "no thing"):
            picture = jpeg_of(Image.radial_gradient("L").convert("RGB") if kind == "no thing" else thing(kind, 300))
            answer = await shown(admin, picture)
            no_people_in(answer.text)
            menu = await press(admin, answer, buttons(answer)[-1])
            for text in (menu.text, *buttons(menu)):
                no_people_in(text)
            assert "None of these" in buttons(menu)
        await admin.press(menu, "Something new")
        await admin.answer_to_press()
        question = await admin.next()
        assert question.text == "What is this called? Please reply to this message with its name."
        assert "Turducken" in str(telegram.calls.of("sendMessage")[-1].params)
        await admin.say("Star", reply_to=question)
        doubt = await admin.next()
        assert doubt.text == "I already know “Star”. Is that the one you mean?"
        await admin.press(doubt, "No, a new name: Star")
        for text in [(await admin.next()).text for _ in range(2)]:
            no_people_in(text)
        answer = await shown(admin, picture)
        noted = await press(admin, await press(admin, answer, buttons(answer)[-1]), "None of these")
        assert "This is none of those I know. ✓ Noted." in noted.text
        no_people_in(noted.text)
        for command in ("/help", "/stats", "hello", "/cousins", "/facts", "/facts Square", "/rename", "/merge"):
            await admin.say(command)
            answer = await admin.next()
            told = answer.text.replace("choose who may ask me", "")
            assert not re.search(r"\bWhom?\b", told)
            no_people_in(told)
        question = await press(admin, await press(admin, answer, "Disc"), "Stripes")
        assert question.text.startswith("Are Disc and Stripes the same? I'd call them Stripes from now on.")


@pytest.fixture(params=["named", "maybe", "either", "nobody"])
def kind(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Answer:
    """How every picture is answered of which nobody has said anything yet."""
    kind: Answer = request.param
    recognize = Teaching.recognize
    cousin, runners_up = None if kind == "nobody" else "disc", (Candidate("star", 0.4),) if kind == "either" else ()

    async def recognize_so(self: Teaching, photo: Photo, unborn: Collection[str] = ()) -> tuple[RecognizedFace, ...]:
        faces = await recognize(self, photo, unborn)
        return tuple(
            replace(face, answer=kind, cousin=cousin, runners_up=runners_up, confidence=0.45) for face in faces
        )

    monkeypatch.setattr(Teaching, "recognize", recognize_so)
    return kind


def no_people_under(message: Message) -> None:
    for text in (message.text, *buttons(message)):
        no_people_in(text)


async def test_what_guests_say_of_things_is_reviewed_as_such(
    telegram: LocalTelegram,  # noqa: F811
    things: Settings,
    kind: Answer,
) -> None:
    admin = await Person.join(telegram.url, "Ada", ADMIN)
    async with serving(things):
        guest = await invited(telegram, "Gus")
        answer = await shown(guest, jpeg_of(thing("disc", 300)))
        no_people_under(answer)
        menu = await press(guest, answer, buttons(answer)[-1])
        no_people_under(menu)
        waiting = await press(guest, menu, "None of these")
        assert "You said: none of those I know. An admin will take a look." in waiting.text
        no_people_under(waiting)
        await admin.say("/review")
        page = await admin.next()
        assert "Gus says: none of those I know" in page.text
        no_people_under(page)
        await admin.press(page, "Choose another")
        assert (await admin.answer_to_press()).text == "What is it?"
        choices = await admin.next()
        no_people_under(choices)
        await admin.press(choices, "Star")
        assert (await admin.answer_to_press()).text == "Thank you, I'll remember: Star."


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser


async def test_the_pages_speak_of_things(things: Settings, browser: Browser, kind: Answer, tmp_path: Path) -> None:
    thing("disc", 300).save(tmp_path / "picture.png")
    word, said = ("Star", "Star") if kind == "nobody" else ("None of these", "none of those I know")
    async with site_of(things.home, things.facts) as site:
        for who in ("admin", "guest"):
            async with browsing(browser, site, who) as page:
                await page.goto(site.url)
                no_people_in(await page.locator("main").inner_text())
                await page.locator("input[data-ask]").last.set_input_files(tmp_path / "picture.png")
                await expect(page.locator("#answers .sentence")).to_be_visible()
                no_people_in(without_tags(await page.locator("#answers").inner_html()))
                await page.locator("#answers summary").click()
                await expect(page.locator("#answers .who")).to_contain_text("What is it?")
        async with browsing(browser, site, "guest") as page:
            await page.goto(site.url)
            await page.locator("input[data-ask]").last.set_input_files(tmp_path / "picture.png")
            await page.locator("#answers summary").click()
            await page.get_by_role("button", name=word).click()
            await expect(page.locator("#answers .told")).to_be_visible()
        async with browsing(browser, site, "admin") as page:
            await page.goto(f"{site.url}/review")
            await expect(page.get_by_text(f"says: {said}")).to_be_visible()
            no_people_in(without_tags(await page.locator("article.review").inner_html()))


@pytest.fixture
async def api(things: Settings) -> AsyncIterator[Api]:
    async with api_of(things.home, things.facts) as api:
        yield api


async def test_programs_read_of_things(api: Api) -> None:
    async with api.calling() as client:
        for kind in (*KINDS, "no thing"):
            picture = jpeg_of(Image.radial_gradient("L").convert("RGB") if kind == "no thing" else thing(kind, 300))
            answer = await client.post("/image", content=picture)
            assert answer.status_code == 200
            no_people_in(answer.json()["hint"])
