"""`python -m demo.telegram`: the local Telegram on its own, until it is interrupted."""

import argparse
import asyncio
import signal
from pathlib import Path

from demo.telegram.server import LocalTelegram


async def serve(telegram: LocalTelegram) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with telegram:
        print(f"chat page             {telegram.url}")
        print(f"COUSINBOT_TELEGRAM_API={telegram.url}")
        print(f"COUSINBOT_TELEGRAM_TOKEN={telegram.token}", flush=True)
        await stop.wait()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m demo.telegram", description=__doc__)
    parser.add_argument("--port", type=int, default=8081, help="on 127.0.0.1; 0 takes a free one")
    parser.add_argument("--token", help="the bot token it accepts; a random one by default")
    parser.add_argument("--examples", type=Path, help="a folder of pictures that the page offers to send")
    options = parser.parse_args()
    try:
        asyncio.run(serve(LocalTelegram(options.port, token=options.token, examples=options.examples)))
    except OSError as error:
        parser.exit(1, f"Port {options.port} cannot be used ({error.strerror}); choose another with --port.\n")


if __name__ == "__main__":
    main()
