"""Nothing lost, nothing doubled: the real bot is killed again and again while photos come and answers are tapped.

    python -m benchmarks.kills [--home DIR] [--photos 1000] [--kills 100] [--webhook] [--seed 0] [--json]

Guests send photos and /help to the local Telegram, an admin sends photos too and taps ✓ under every answer to hers, or
gives it a 👍, of which she takes some back, and at random moments the process gets SIGKILL; every fourth time SIGTERM,
and SIGKILL two seconds later. Then a last process answers what is left and is asked to end. Counted on Telegram's side:
photos without an answer, messages sent twice; in the store: taps and 👍 without their correction, corrections kept
twice, or though their 👍 was taken back, answered photos that were not kept.
"""

import argparse
import asyncio
import json
import shutil
import tempfile
from dataclasses import asdict
from pathlib import Path

from demo.telegram.server import LocalTelegram
from tests.bot.siege import Outcome, Siege, environment, pictures, plain_pictures, webhook_settings


async def _measure(options: argparse.Namespace, folder: Path) -> Outcome:
    home, facts = folder / "family", folder / "facts.yaml"
    facts.write_text("{}")
    if options.home:
        shutil.copytree(options.home, home)
    async with LocalTelegram() as telegram:
        more = webhook_settings() if options.webhook else {}
        siege = Siege(
            telegram,
            environment(telegram, home, facts, **more),
            folder / "log",
            pictures() if options.home else plain_pictures(),
            options.seed,
        )
        return await siege.survive(options.photos, options.kills)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.kills", description=__doc__)
    parser.add_argument("--home", type=Path, help="a family's folder with a trained version; it is copied")
    parser.add_argument("--photos", type=int, default=1000)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--webhook", action="store_true", help="updates by webhook; by polling without it")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        outcome = asdict(asyncio.run(_measure(options, Path(folder))))
    print(json.dumps(outcome) if options.json else "\n".join(f"{name:16}{value}" for name, value in outcome.items()))


if __name__ == "__main__":
    main()
