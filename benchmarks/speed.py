"""How fast cousinbot is: beside others, beside the limit of its own parts, through the bot, at the start, in training.

    python -m benchmarks.speed --photos DIR --strangers DIR --weights DIR [--only TOPIC …] [--json]
    make bench PHOTOS=DIR STRANGERS=DIR WEIGHTS=DIR

Every figure is a ratio within this run wherever it can be, its ways taking turns, so that it says the same on a busy
machine; `low` and `high` are the lowest and highest round. `--compare FILE` says what moved beyond noise since the run
whose `--json` output FILE is, and `--store FILE` keeps this one's.
"""

import argparse
import importlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from benchmarks.figures import Figure, Material, Say
from data.files.library import PhotoLibrary

TOPICS: Final = ("peers", "start", "bot", "training", "growth", "gpu")
"""What is measured, each in `benchmarks/speed_<topic>.py`."""

_MOVED: Final = 0.1
"""By how much the middle of a figure must have moved, as a share, besides lying outside all rounds of the other run."""


def measure(material: Material, topics: list[str], say: Say) -> dict[str, dict[str, Figure]]:
    """The figures of each topic."""
    found = {}
    for topic in topics:
        say(f"{topic} …")
        found[topic] = importlib.import_module(f"benchmarks.speed_{topic}").measure(material, say)
    return found


def moved(before: dict[str, dict[str, Figure]], now: dict[str, dict[str, Figure]]) -> list[str]:
    """A sentence for each figure whose rounds all lie outside the other run's."""
    sentences = []
    for topic, figures in now.items():
        for name, new in figures.items():
            old = before.get(topic, {}).get(name)
            if old is None or not (new.low > old.high or new.high < old.low):
                continue
            if abs(new.value - old.value) > _MOVED * abs(old.value):
                sentences.append(f"{topic} {name}: {old.value:g} → {new.value:g} ({new.what})")
    return sentences


@contextmanager
def trained(photos: Path, weights: Path, say: Say) -> Iterator[Path]:
    """A home trained on every second photo, for as long as it is needed."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        for photo in PhotoLibrary(photos).photos()[1::2]:
            (home / "photos" / photo.cousin).mkdir(parents=True, exist_ok=True)
            shutil.copy(photo.path, home / "photos" / photo.cousin)
        shutil.copytree(weights, home / "weights")
        say("training on every second photo …")
        environment = os.environ | {"COUSINBOT_HOME": str(home)}
        command = [sys.executable, "-P", "-m", "cli", "train"]
        subprocess.run(command, check=True, env=environment, stdout=sys.stderr, stderr=sys.stderr)
        yield home


def main() -> None:
    """Measure, print, and compare if asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=Path, required=True, help="a folder a cousin")
    parser.add_argument("--strangers", type=Path, required=True, help="a folder of other people")
    parser.add_argument("--weights", type=Path, required=True, help="a folder with YuNet's weights")
    parser.add_argument("--only", nargs="+", choices=TOPICS, default=list(TOPICS), metavar="TOPIC")
    parser.add_argument("--compare", type=Path, help="a stored run to compare with")
    parser.add_argument("--store", type=Path, help="where to store this run")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    console = Console(stderr=True)
    with trained(options.photos, options.weights, console.print) as home:
        material = Material(options.photos, options.strangers, options.weights, home)
        figures = measure(material, options.only, console.print)
    run = json.dumps(
        {topic: {name: asdict(one) for name, one in part.items()} for topic, part in figures.items()}, indent=1
    )
    if options.json:
        print(run)
    else:
        _print(figures)
    if options.compare:
        _say_what_moved(options.compare, figures)
    if options.store:
        options.store.write_text(run + "\n")


def _print(figures: dict[str, dict[str, Figure]]) -> None:
    table = Table("", "middle", "low", "high", "aim", "what")
    for topic, part in figures.items():
        for name, one in part.items():
            table.add_row(f"{topic} {name}", f"{one.value:g}", f"{one.low:g}", f"{one.high:g}", one.aim, one.what)
    Console().print(table)


def _say_what_moved(file: Path, figures: dict[str, dict[str, Figure]]) -> None:
    try:
        stored = json.loads(file.read_text())
    except (OSError, ValueError) as error:
        print(f"There is nothing to compare with in {file} ({error}): keep a run with --store.", file=sys.stderr)
        return
    before = {topic: {name: Figure(**one) for name, one in part.items()} for topic, part in stored.items()}
    sentences = moved(before, figures)
    print("\n".join(["Moved beyond noise:", *sentences] if sentences else ["Nothing moved beyond noise."]))


if __name__ == "__main__":
    main()
