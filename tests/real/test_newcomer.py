"""Someone new taught to the real bot with real photos: named on others of theirs at once, without a restart."""

import shutil
from pathlib import Path

from data.files.library import LabelledPhoto, PhotoLibrary
from data.settings import Settings
from demo.telegram.person import Person
from demo.telegram.server import LocalTelegram
from foundation.progress import silent
from inference.decoding.photo import decode
from inference.faces.detectors import load_detector
from inference.faces.finding import FaceDetector, find_faces
from models.architectures import architecture
from models.registry import Registry
from tests.bot.conftest import serving
from tests.bot.test_corrections import press, shown
from training.dataset.labelled import LabelledFile
from training.run import train

FAMILY = ("roger_federer", "serena_williams", "virat_kohli")
NEWCOMER = "messi"
ADMIN = 1001
EACH, OTHERS = 10, 12


def alone(photos: list[LabelledPhoto], cousin: str, detector: FaceDetector, count: int) -> list[Path]:
    """A cousin's first photos with one face in them: who else is there would be another question."""
    found: list[Path] = []
    for photo in photos:
        if photo.cousin == cousin and len(found) < count:
            faces = find_faces(detector, decode(photo.path.read_bytes()).pixels)
            if len(faces) == 1 and faces[0].found:
                found.append(photo.path)
    return found


async def test_one_photo_is_enough_and_three_are_better(shared: Path, tmp_path: Path) -> None:
    home = tmp_path / "family"
    shutil.copytree(shared / "weights", home / "weights")
    detector = load_detector(home / "weights")
    photos = PhotoLibrary(shared / "photos" / "sports").photos()
    files = [LabelledFile(path, cousin) for cousin in FAMILY for path in alone(photos, cousin, detector, EACH)]
    train(files, Registry(home / "models"), architecture("face"), detector, "cpu", silent)
    taught, others = (theirs := alone(photos, NEWCOMER, detector, 3 + OTHERS))[:3], theirs[3:]

    (tmp_path / "facts.yaml").write_text("roger_federer: [He has won.]\n")
    named: list[int] = []
    async with LocalTelegram() as telegram:
        settings = {
            "telegram_token": telegram.token,
            "telegram_api": telegram.url,
            "admins": str(ADMIN),
            "home": home,
            "facts": tmp_path / "facts.yaml",
            "device": "cpu",
        }
        async with serving(Settings.model_validate(settings)):
            admin = await Person.join(telegram.url, "Ada", ADMIN)
            for number, path in enumerate(taught):
                answer = await shown(admin, path.read_bytes())
                if number == 0:
                    assert "Leo" not in answer.text
                    menu = await press(admin, answer, "✗ Wrong")
                    await admin.say("Leo", reply_to=await press(admin, menu, "Someone new"))
                    corrected = sorted([await admin.next(), await admin.next()], key=lambda message: not message.edited)
                    assert corrected[0].text.startswith("This is Leo.")
                elif "Leo" not in answer.text:
                    await press(admin, await press(admin, answer, "✗ Wrong"), "Leo")
                else:
                    await press(admin, answer, "✓ Right")
                if number in (0, 2):
                    answers = [await shown(admin, other.read_bytes()) for other in others]
                    named.append(sum("Leo" in message.text for message in answers))
            assert "Roger Federer" in (await shown(admin, files[0].path.read_bytes())).text  # and nobody else suffers

    assert len(others) == OTHERS
    assert named[0] >= 8
    assert named[1] >= max(10, named[0])
