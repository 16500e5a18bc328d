"""What guests get: nine tenths of a family's photos trained on, the held-out tenth sent to the real bot process.

    python -m benchmarks.guests --photos DIR [--weights DIR] [--json]

The whole product at work: `cousinbot train` and `cousinbot run` as processes, photos over HTTP through the local
Telegram, its recompression included. Right means that the answer names the cousin whose folder the photo came from.
"""

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from data.files.library import PhotoLibrary
from tests.real.served import serve, split


def main() -> None:
    """Run it and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=Path, required=True, help="a folder a cousin")
    parser.add_argument(
        "--weights", type=Path, help="a folder with YuNet's weights; without it dlib's detector is used"
    )
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    train, held_out = split(PhotoLibrary(options.photos).photos(), share=0.1)
    served = serve(train, held_out, options.weights)
    if options.json:
        print(json.dumps(asdict(served)))
    else:
        low, high = served.ci95
        print(
            f"{served.right} of {served.photos} held-out photos named right ({served.share_right:.1%}, 95 % interval"
            f" {low:.1%} to {high:.1%}), {served.refused} refused, {served.wrong} wrong; {served.seconds:.0f} s."
        )


if __name__ == "__main__":
    main()
