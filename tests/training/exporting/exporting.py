"""Importing, and exporting what was imported, without decoders of their own."""

from pathlib import Path

from data.files.home import Home
from data.files.library import PhotoLibrary
from data.lookup import Called, plain
from data.store.store import Store
from data.tags.xmp import regions_in
from foundation.progress import silent
from foundation.region import Region
from tests.training.importing.importing import Decoder, Importing
from tests.training.importing.sources.heap import tagged
from tests.training.importing.sources.made import find_faces, jpeg, put
from training.exporting.outcome import Exported
from training.exporting.people import Chosen
from training.exporting.photo_export import Export, export_sidecars


class Exporting:
    def __init__(self, home: Home, store: Store) -> None:
        self.home = home
        self.store = store
        self.library = PhotoLibrary(home.photos)
        self.importing = Importing(self.library, store.catalogue, find_faces=find_faces)
        self.never: set[str] = set()
        self.called: dict[str, str] = {}

    async def have(self, path: Path, *names: str, content: bytes | None = None) -> bytes:
        """Let a photo of these people lie there, imported from elsewhere with tags beside it."""
        content = jpeg(names, seed=len(path.name)) if content is None else content
        source = self.home.root.parent / "tagged"
        put(source / path.name, content)
        put(source / f"{path.name}.xmp", tagged(*names))
        await self.importing(source, kind="tags")
        put(path, content)
        return content

    def whom(self, cousin: str) -> Called | None:
        if cousin in self.never:
            return None
        return Called(cousin, self.called[cousin]) if cousin in self.called else plain(cousin)

    async def __call__(self, folder: Path, *, rehearsal: bool = False, chosen: Chosen | None = None) -> Exported:
        how = Export(self.home.root, self.whom, chosen or {}, rehearsal)
        store = self.store
        return await export_sidecars(folder, self.library, store.catalogue, store.written_names, Decoder(), silent, how)


def became(exported: Exported) -> dict[str, str]:
    return {outcome.path.name: outcome.became for outcome in exported.outcomes}


def read(sidecar: Path) -> dict[str, Region]:
    return {one.name: one for one in regions_in(sidecar.read_bytes())}
