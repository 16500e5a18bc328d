"""Weights that come as files with a package, or do not come."""

import importlib.util
from pathlib import Path

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
