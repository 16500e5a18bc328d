"""Large photos on their way in: as many as come at once, with room for one."""

import asyncio
import io
from collections.abc import AsyncIterator, Collection
from pathlib import Path
from typing import Any, cast

import pytest
from PIL import Image

from actions.inbox import Inbox
from actions.photo_intake import PhotoIntake
from data.facts.facts_file import FactsFile
from foundation.discretion import NO_WISHES
from foundation.face import RecognizedFace
from inference.decoding.limits import OVERVIEW_SIDE
from inference.decoding.photo import Photo, PhotoError
from inference.decoding.sandbox import Decoding
from tests.faces import recognized

pytestmark = pytest.mark.e2e  # each test starts a decoder


class Looking:
    """In place of the recogniser: remembers how many photos it had at a time."""

    def __init__(self) -> None:
        self.shapes: list[tuple[int, ...]] = []
        self.most = self.now = 0

    async def follow(self) -> None:
        await asyncio.sleep(0)

    async def recognize(self, photo: Photo, unborn: Collection[str]) -> tuple[RecognizedFace, ...]:
        self.shapes.append(photo.pixels.shape)
        self.now += 1
        self.most = max(self.most, self.now)
        await asyncio.sleep(0.01)
        self.now -= 1
        return (recognized(),)


@pytest.fixture
def looking() -> Looking:
    return Looking()


@pytest.fixture
async def intake(tmp_path: Path, looking: Looking) -> AsyncIterator[PhotoIntake]:
    async with Decoding(workers=1, room=1) as decoding:
        nothing = cast("Any", None)
        facts = FactsFile(tmp_path / "facts.yaml")
        yield PhotoIntake(nothing, Inbox(tmp_path, tmp_path), decoding, cast("Any", looking), facts)


def jpeg(width: int, height: int) -> bytes:
    file = io.BytesIO()
    Image.radial_gradient("L").resize((width, height)).convert("RGB").save(file, "JPEG")
    return file.getvalue()


async def test_an_album_of_large_photos_goes_through_one_by_one(intake: PhotoIntake, looking: Looking) -> None:
    """None waits for what another holds: the JPEG to keep of one is made by the decoder that opens the next."""
    data = jpeg(2560, 1920)
    photos = await asyncio.gather(*(intake.recognize(data, NO_WISHES) for _ in range(6)))
    assert looking.shapes == [(1920, 2560, 3)] * 6
    assert looking.most == 1
    for photo in photos:
        assert photo.overview.pixels.shape == (960, OVERVIEW_SIDE, 3)
        assert photo.jpeg is not None
        assert Image.open(io.BytesIO(photo.jpeg)).size == (2560, 1920)


async def test_of_a_small_photo_nothing_more_is_kept_than_its_pixels(intake: PhotoIntake, looking: Looking) -> None:
    photo = await intake.recognize(jpeg(1280, 960), NO_WISHES)
    assert photo.jpeg is None
    assert photo.overview.pixels.shape == looking.shapes[0] == (960, 1280, 3)


async def test_who_is_refused_or_gives_up_holds_up_nobody(intake: PhotoIntake) -> None:
    with pytest.raises(PhotoError):
        await intake.recognize(b"Dear cousin, here is no picture.", NO_WISHES)
    looking = [asyncio.create_task(intake.recognize(jpeg(2560, 1920), NO_WISHES)) for _ in range(4)]
    for one in looking[1:]:
        await asyncio.sleep(0)
        one.cancel()
    assert (await looking[0]).jpeg is not None
    assert (await intake.recognize(jpeg(1500, 900), NO_WISHES)).jpeg is not None
