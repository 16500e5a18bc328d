"""How long it takes until something happens: the command's help, a cold guess, the bot's readiness."""

import asyncio
import os
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from typing import Final

from benchmarks.figures import Figure, Material, Say, figure, ratio
from data.files.library import PhotoLibrary
from demo.stage import bot_process
from demo.telegram.server import LocalTelegram

ROUNDS: Final = 5
_COMMAND: Final = (sys.executable, "-P", "-m", "cli")


def measure(material: Material, say: Say) -> dict[str, Figure]:
    """CPU seconds of `--help`; wall-clock of a cold guess and of the bot's start, each by `import torch`."""
    photo = PhotoLibrary(material.photos).photos()[0].path
    helped, torch, guessed, ready = [], [], [], []
    for number in range(ROUNDS):
        say(f"round {number + 1} of {ROUNDS}")
        helped.append(_cpu((*_COMMAND, "--help"), material))
        torch.append(_wall((sys.executable, "-c", "import torch"), material))
        guessed.append(_wall((*_COMMAND, "guess", str(photo)), material))
        ready.append(asyncio.run(_until_ready(material)))
    return {
        "help_cpu_seconds": figure(helped, "CPU seconds of `cousinbot --help`", "≤ .4"),
        "guess_vs_torch": ratio(guessed, torch, "`cousinbot guess`, cold, by `import torch`", "≤ 1.5"),
        "bot_ready_vs_torch": ratio(ready, torch, "the bot's start until it is ready, by `import torch`", "≤ 1.5"),
        "import_torch_seconds": figure(torch, "seconds of `python -c 'import torch'`"),
    }


def _environment(material: Material) -> dict[str, str]:
    return os.environ | {"COUSINBOT_HOME": str(material.home)}


def _wall(command: Sequence[str], material: Material) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, env=_environment(material), stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def _cpu(command: Sequence[str], material: Material) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    _wall(command, material)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


async def _until_ready(material: Material) -> float:
    async with LocalTelegram() as telegram:
        start = time.perf_counter()
        async with bot_process(material.home, telegram):
            return time.perf_counter() - start
