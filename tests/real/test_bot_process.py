"""The whole product on real photos: trained by the real command, answering as the real process, over HTTP."""

from pathlib import Path

import pytest

from data.files.library import PhotoLibrary
from tests.real.served import serve, split

SPORTS = Path(__file__).parents[3] / "shared" / "photos" / "sports"
WEIGHTS = SPORTS.parents[1] / "weights"
COUSINS = {"messi", "roger_federer", "serena_williams"}


@pytest.mark.skipif(not SPORTS.is_dir(), reason="the real photos are not beside this checkout")
def test_held_out_photos_are_answered_rightly() -> None:
    photos = [photo for photo in PhotoLibrary(SPORTS).photos() if photo.cousin in COUSINS]
    few = [photo for photo in photos if int(photo.path.stem.rpartition("_")[2]) <= 20]
    train, held_out = split(few, share=0.2)

    served = serve(train, held_out, WEIGHTS)

    assert served.photos == 12
    assert served.right >= 9  # 94 % with all photos to learn from; here there are 16 a cousin
    assert served.wrong <= 1
