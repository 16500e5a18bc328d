"""Photos of several people, from the tags in their files to the faces that are learned."""

import io
from pathlib import Path

from cli.resources import labelled_files
from data.files.library import PhotoLibrary
from data.store.store import Store
from demo.family import COUSINS, draw_group
from tests.training.dataset.test_shared_photos import read
from tests.training.importing.importing import Importing
from tests.training.importing.sources.made import put
from tests.training.importing.tags.packets import mwg, packet


async def test_each_learns_from_the_face_that_is_tagged(tmp_path: Path) -> None:
    """Nobody could tell it by the photos alone: both are on each of them."""
    both = list(COUSINS[:2])
    for seed in range(3):
        group, file = draw_group(both, seed), io.BytesIO()
        places = ((30 + 250 * (number + 0.5)) / group.width for number in range(2))
        faces = ((name, (x, 0.46, 130 / group.width, 0.3)) for name, x in zip(both, places, strict=True))
        group.save(file, "JPEG", quality=92, xmp=packet(mwg(*faces)))
        put(tmp_path / "in" / f"{seed}.jpg", file.getvalue())
    async with Store.open(tmp_path / "cousinbot.db") as store:
        importing = Importing(PhotoLibrary(tmp_path / "photos"), store.catalogue)  # which sees no faces itself
        await importing(tmp_path / "in")
        files = labelled_files(await store.catalogue.photos(importing.library))

    dataset = read(files, tmp_path)

    assert (dataset.cousins, len(dataset.faces), dataset.skipped) == (sorted(both), 6, [])
    for photo in {face.sha256 for face in dataset.faces}:
        where = {face.file.cousin: face.extracted.part or face.box for face in dataset.faces if face.sha256 == photo}
        assert sorted(where, key=lambda cousin: where[cousin].left) == both
