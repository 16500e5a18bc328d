"""A share of `python -m benchmarks.bad_photos`, which ran many thousands (docs/measurements/reliability.md)."""

import io

from PIL import Image

from tests.bot.trained import portrait
from tests.inference.decoding.damage import damaged, fuzz

CASES = 600


async def test_damaged_photos_crash_nothing_and_take_neither_time_nor_memory() -> None:
    photos = [Image.open(io.BytesIO(portrait("ben", seed))).resize((160, 160)) for seed in range(4)]
    result = await fuzz(damaged(photos, CASES))
    assert result.cases == CASES
    assert result.failures == 0
    assert result.read > CASES / 5
    assert sum(result.refused.values()) > CASES / 5
    assert all(sentence.endswith(".") for sentence in result.refused)
    assert result.memory < 400
