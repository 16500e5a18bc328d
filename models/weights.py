"""Weights that come as files with a package, or do not come."""

import hashlib
import importlib.util
from pathlib import Path

from foundation.fetching import FetchFailed, fetch
from foundation.whole_file import whole_file
from models import wording


class WeightsMissing(RuntimeError):
    """Weights that a network needs are not on this machine; the message says how to get them."""


def package_file(name: str) -> Path:
    """A file that the package `face_recognition_models` carries.

    The package itself is never imported: it asks for `pkg_resources`, which new setuptools no longer has.

    Raises:
        WeightsMissing: the package is not installed.
    """
    spec = importlib.util.find_spec("face_recognition_models")
    for folder in (spec and spec.submodule_search_locations) or ():
        file = Path(folder) / "models" / name
        if file.exists():
            return file
    raise WeightsMissing(wording.package_missing(name))


def fetch_checkpoint(address: str) -> None:
    """Put a file into torch's cache, as torchvision would, which knows no SOCKS proxy. One that is there is left alone.

    Raises:
        FetchFailed: it did not come, or is not what its name says.
        OSError: the cache can't be written.
    """
    import torch.hub
    from tqdm import tqdm

    file = Path(torch.hub.get_dir()) / "checkpoints" / address.rpartition("/")[2]
    if file.exists():
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    with whole_file(file) as out, tqdm(desc=file.name, unit="B", unit_scale=True) as bar:

        def show(done: int, total: int) -> None:
            bar.total = total or None
            bar.update(done - bar.n)

        fetch(address, out, show)
        out.seek(0)
        if not hashlib.sha256(out.read()).hexdigest().startswith(file.stem.rpartition("-")[2]):
            raise FetchFailed(wording.not_as_named())
