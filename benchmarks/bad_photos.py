"""Real photos, broken in every way that comes to mind, given to the decoder that guests' photos go through.

    python -m benchmarks.bad_photos --photos DIR [--cases 5000] [--seed 0] [--json]

Each case is one photo in one of a dozen formats, damaged: bytes changed, cut out, doubled, set to extremes, parts of
two files joined, chunks of a PNG rewritten with their checksums right. It goes through `inference.decoding.sandbox`
twice, as pixels and as the JPEG that would be kept. A case may end in pixels or in a sentence; what counts as a failure
is a decoder that crashed, hung, asked for more memory than it may have, or raised what nobody foresaw.
"""

import argparse
import asyncio
import json
import random
import time
from dataclasses import asdict
from pathlib import Path

from PIL import Image

from data.files.library import SUFFIXES
from tests.inference.decoding.damage import damaged, fuzz


def main() -> None:
    """Run it and print the counts. Exit code 1 if a decoder crashed, hung or raised what nobody foresaw."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=Path, required=True, help="photos, in folders or not")
    parser.add_argument("--cases", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    paths = sorted(path for path in options.photos.rglob("*") if path.suffix.lower() in SUFFIXES)
    chosen = random.Random(options.seed).sample(paths, min(len(paths), 24))
    photos = [Image.open(path).convert("RGB") for path in chosen]
    start = time.monotonic()
    result = asyncio.run(fuzz(damaged(photos, options.cases, options.seed)))
    seconds = time.monotonic() - start
    if options.json:
        print(json.dumps(asdict(result) | {"photos": len(photos), "seconds": round(seconds, 1)}))
    else:
        print(f"{result.cases} cases made of {len(photos)} photos, {seconds:.0f} s")
        print(f"read: {result.read}; refused: {sum(result.refused.values())}")
        for sentence, count in result.refused.most_common():
            print(f"  {count:6}  {sentence}")
        print(f"crashed: {result.crashed}; too long: {result.gave_up}; unforeseen: {dict(result.unforeseen)}")
        print(f"slowest: {result.slowest:.1f} s; most memory: {result.memory} MB")
    raise SystemExit(result.failures > 0)


if __name__ == "__main__":
    main()
