"""The whole product as guests meet it: trained by the command, answering as the process, over HTTP."""

import asyncio
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from data.facts.factbook import FactBook
from data.files.library import LabelledPhoto
from demo.stage import bot_process
from demo.telegram.person import Person
from demo.telegram.server import LocalTelegram
from foundation.wilson import wilson_interval


@dataclass(frozen=True, slots=True)
class Served:
    """How the held-out photos were answered.

    Attributes:
        right: the cousin was named, alone or among the faces of the photo.
        refused: nobody was named.
        wrong: only others were named.
        seconds: from the first photo sent to the last answer read, one photo at a time.
    """

    photos: int
    right: int
    refused: int
    wrong: int
    share_right: float
    ci95: tuple[float, float]
    seconds: float


def split(
    photos: Sequence[LabelledPhoto], share: float, seed: int = 0
) -> tuple[list[LabelledPhoto], list[LabelledPhoto]]:
    """Photos to train on and photos to hold out, the same share of each cousin's."""
    train: list[LabelledPhoto] = []
    held_out: list[LabelledPhoto] = []
    for cousin in sorted({photo.cousin for photo in photos}):
        own = [photo for photo in photos if photo.cousin == cousin]
        random.Random(f"{seed} {cousin}").shuffle(own)
        held = max(1, round(share * len(own)))
        held_out += own[:held]
        train += own[held:]
    return train, held_out


def serve(train: Sequence[LabelledPhoto], held_out: Sequence[LabelledPhoto], weights: Path | None) -> Served:
    """Train on some, and send the others to the bot. Raises `DemoError` or `CalledProcessError`."""

    async def ask(home: Path) -> Served:
        async with LocalTelegram() as telegram, bot_process(home, telegram):
            guest = await Person.join(telegram.url, "Robin", LocalTelegram.ADMIN)
            return await _ask(guest, held_out)

    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        for photo in train:
            (home / "photos" / photo.cousin).mkdir(parents=True, exist_ok=True)
            shutil.copy(photo.path, home / "photos" / photo.cousin)
        if weights:
            shutil.copytree(weights, home / "weights")
        environment = os.environ | {"COUSINBOT_HOME": str(home)}
        subprocess.run(
            [sys.executable, "-P", "-m", "cli", "train"], check=True, env=environment, cwd=home, stdout=sys.stderr
        )
        return asyncio.run(ask(home))


async def _ask(guest: Person, held_out: Sequence[LabelledPhoto]) -> Served:
    names = FactBook()
    cousins = {photo.cousin for photo in held_out}
    right = refused = 0
    start = time.monotonic()
    for photo in held_out:
        await guest.send_photo(photo.path.read_bytes())
        answer = await guest.next()
        text = re.sub(r", or .+? \(\d+ %\)", "", answer.text)  # a runner-up is not who was named
        named = {cousin for cousin in cousins if names.display_name(cousin) in text}
        right += photo.cousin in named
        refused += not named
    seconds = time.monotonic() - start
    return Served(
        photos=len(held_out),
        right=right,
        refused=refused,
        wrong=len(held_out) - right - refused,
        share_right=right / len(held_out),
        ci95=wilson_interval(right, len(held_out)),
        seconds=round(seconds, 1),
    )
