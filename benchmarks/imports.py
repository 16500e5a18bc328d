"""Nothing lost, nothing doubled: an import of many photos in three formats is killed on the way, and given again.

    python -m benchmarks.imports [--photos 2000] [--kills 2] [--seed 0] [--json]

A third of the photos is tagged within (with XMP, and turned by EXIF), a third by sidecars, a third is an export of
Google's. `cousinbot photos import` gets SIGKILL so many times, at random moments, and is started anew; then it is given
once more, which must add nothing. Faces are squares of one colour, and seen where they are.
"""

import argparse
import asyncio
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from data.files.home import Home
from data.files.library import LibraryError, PhotoLibrary
from data.store.store import Store
from foundation.box import Box
from tests.training.importing.sources.heap import heap

_COMMAND = (
    "import cli.photos.importing as importing; from tests.training.importing.sources.made import find_faces;"
    " importing._faces = lambda home, progress: find_faces; from cli import main; main()"
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Counted in the library, against what was made.

    Attributes:
        lost: photos that are not there, and people who are not on theirs.
        doubled: files too many, and people who are on a photo twice, or on one that is not theirs.
        misplaced: people whose face is not where it was drawn.
        added_at_last: faces that the import added which was given when all was there.
        undone: photos and people that were left when all imports were taken back.
    """

    photos: int
    kills: int
    files: int
    faces: int
    lost: int
    doubled: int
    misplaced: int
    added_at_last: int
    undone: int
    seconds: float


def _start(folder: Path, *words: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "COUSINBOT_HOME": str(folder / "family"), "COUSINBOT_DEVICE": "cpu"}
    command = [sys.executable, "-c", _COMMAND, "photos", *words]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment, cwd=Path.cwd()
    )


def _added(output: str) -> int:
    return sum(len(file["faces"]) for file in json.loads(output)["files"])


def _files_there(folder: Path) -> int:
    return sum(1 for _ in (folder / "family" / "photos").rglob("*.jpg"))


def _measure(photos: int, kills: int, seed: int, folder: Path) -> Outcome:
    made = heap(folder / "in", photos)
    source, started, chance = str(folder / "in"), time.monotonic(), random.Random(seed)
    moments = sorted(chance.randrange(photos // 20, photos) for _ in range(kills))
    killed = 0
    for moment in moments:
        process = _start(folder, "import", source, "--json")
        while process.poll() is None and _files_there(folder) < moment:
            time.sleep(0.02)
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
            killed += 1
        process.wait()
    done = [_start(folder, "import", source, "--json").communicate() for _ in range(2)]
    seconds = time.monotonic() - started
    added = [_added(output) for output, _ in done]
    rows = asyncio.run(_rows(folder))
    people = Counter((photo, cousin) for photo, cousin, _ in rows)
    expected = {(photo, name): box for photo, boxes in made.items() for name, box in boxes.items()}
    files, misplaced = _files_there(folder), 0
    for photo, cousin, box in rows:
        drawn = expected.get((photo, cousin))
        misplaced += drawn is not None and (box is None or box.overlap(drawn) < 0.5)  # else no tag says where
    for _ in range(kills + 1):
        _start(folder, "undo", "--yes").communicate()
    return Outcome(
        photos,
        killed,
        files,
        len(rows),
        sum(one not in people for one in expected) + sum(photo not in {one for one, _, _ in rows} for photo in made),
        files - len(made) + sum(count - 1 for count in people.values()) + sum(one not in expected for one in people),
        misplaced,
        added[-1],
        _files_there(folder) + len(asyncio.run(_rows(folder))),
        round(seconds, 1),
    )


async def _rows(folder: Path) -> list[tuple[str, str, Box | None]]:
    home = Home(folder / "family")
    async with Store.open(home.database) as store:
        with suppress(LibraryError):
            return [
                (one.sha256 or "", one.cousin, one.box)
                for one in await store.catalogue.photos(PhotoLibrary(home.photos))
            ]
    return []


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.imports", description=__doc__)
    parser.add_argument("--photos", type=int, default=2000)
    parser.add_argument("--kills", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp())
    try:
        outcome = asdict(_measure(options.photos, options.kills, options.seed, folder))
    finally:
        shutil.rmtree(folder)
    print(json.dumps(outcome) if options.json else "\n".join(f"{name:16}{value}" for name, value in outcome.items()))


if __name__ == "__main__":
    main()
