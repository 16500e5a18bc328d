"""How long training takes beside looking at its photos once, and how long it takes again after corrections.

Each run is a process of its own. What it imports is timed apart: a child says when it has imported everything.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from dataclasses import astuple
from pathlib import Path
from typing import Final

from benchmarks.figures import Figure, Material, Say, figure, peak_mb, ratio
from data.files.library import PhotoLibrary
from foundation.box import Box
from inference.decoding.photo import decode
from inference.faces.detectors import load_detector
from inference.faces.finding import find_faces, largest
from inference.recognizer import Recognizer

COUSINS, PHOTOS, CORRECTED = 7, 60, 12
ROUNDS: Final = 3
_UNFROZEN_EPOCHS: Final = 1
_AT_ONCE: Final = 16


def measure(material: Material, say: Say) -> dict[str, Figure]:
    """Seconds behind the imports as ratios, the whole processes too, and what one unfrozen epoch adds."""
    runs: dict[str, list[dict[str, float]]] = defaultdict(list)
    for number in range(ROUNDS):
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder)
            _family(material, home)
            for kind in ("recognise", "look", "cold", "again"):
                say(f"round {number + 1} of {ROUNDS}: {kind}")
                runs[kind].append(_process(kind, home))
            if number == 0:
                say("one unfrozen epoch")
                runs["unfrozen"].append(_process("unfrozen", home))
    work = {kind: [run["work"] for run in of_kind] for kind, of_kind in runs.items()}
    whole = {kind: [run["imports"] + run["work"] for run in of_kind] for kind, of_kind in runs.items()}
    return {
        "cold_vs_look": ratio(
            work["cold"], work["look"], f"training from cold by finding and embedding its {_size()} once", "≤ 1.5"
        ),
        "cold_vs_recognise": ratio(work["cold"], work["recognise"], "the same by naming the faces in them as the bot"),
        "again_vs_cold": ratio(work["again"], work["cold"], f"again after {CORRECTED} corrections, by cold", "≤ .2"),
        "again_vs_cold_whole": ratio(whole["again"], whole["cold"], "the same with all imports on both sides"),
        "unfrozen_epoch_adds": figure(
            [(work["unfrozen"][0] - work["again"][0]) / work["cold"][0]],
            "what each unfrozen epoch adds, in trainings from cold: tried on four fifths, and in full if that wins",
        ),
        "imports_vs_cold": ratio([run["imports"] for run in runs["cold"]], work["cold"], "the imports by cold"),
        "cold_seconds": figure(work["cold"], "seconds of a training from cold, without imports"),
        "again_seconds": figure(work["again"], "seconds of a training again, without imports"),
        "cold_peak_mb": figure([run["peak_mb"] for run in runs["cold"]], "MB of memory at the most, from cold"),
    }


def _size() -> str:
    return f"{COUSINS} × {PHOTOS} photos"


def _family(material: Material, home: Path) -> None:
    """The first photos of each cousin in the library, and further ones in the inbox, to be corrected."""
    shutil.copytree(material.weights, home / "weights")
    shutil.copytree(material.home / "models", home / "served")
    by_cousin: dict[str, list[Path]] = defaultdict(list)
    for photo in PhotoLibrary(material.photos).photos():
        by_cousin[photo.cousin].append(photo.path)
    detector, corrected = load_detector(home / "weights"), []
    for cousin, paths in sorted(by_cousin.items())[:COUSINS]:
        (home / "photos" / cousin).mkdir(parents=True)
        for path in paths[:PHOTOS]:
            shutil.copy(path, home / "photos" / cousin)
        for path in paths[PHOTOS:]:
            face = largest(find_faces(detector, decode(path.read_bytes()).pixels))
            corrected.append((str(path), cousin, astuple(face.box)))
    (home / "corrected.json").write_text(json.dumps(corrected[:CORRECTED]))


def _process(kind: str, home: Path) -> dict[str, float]:
    command = (sys.executable, "-m", "benchmarks.speed_training", kind, str(home))
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, env=os.environ | {"BORN": str(time.time())})
    timed: dict[str, float] = json.loads(done.stdout)
    return timed


def _child(kind: str, home: Path) -> dict[str, float]:
    """One run: seconds from the process's birth to the end of its imports, and from there to the end of its work."""
    from data.files.face_cache import FaceCache
    from foundation.progress import silent
    from foundation.statement import Statement
    from models.architectures import architecture
    from models.registry import Registry
    from training.dataset.face_extractor import FaceExtractor, PhotoPart
    from training.dataset.labelled import LabelledFile
    from training.hyperparameters import Hyperparameters
    from training.run import train

    if kind == "unfrozen":
        import training.fitting.unfrozen  # noqa: F401
    imported = time.time()
    detector, cache = load_detector(home / "weights"), home / "cache" / "faces.db"
    files = [LabelledFile(photo.path, photo.cousin) for photo in PhotoLibrary(home / "photos").photos()]
    if kind == "look":
        list(
            FaceExtractor(architecture("face"), detector, "cpu", FaceCache()).extract(
                [PhotoPart(file.path) for file in files], silent
            )
        )
    elif kind == "recognise":
        versions = Registry(home / "served")
        recognizer = Recognizer.load(versions.path(str(versions.current())), detector, "cpu")
        for start in range(0, len(files), _AT_ONCE):
            recognizer.recognize([decode(file.path.read_bytes()) for file in files[start : start + _AT_ONCE]])
    else:
        if kind != "cold":
            corrected = json.loads((home / "corrected.json").read_text())
            files += [
                LabelledFile(Path(path), cousin, Box(*box), Statement("is", cousin, "", Box(*box), by=0, number=number))
                for number, (path, cousin, box) in enumerate(corrected)
            ]
        train(
            files,
            Registry(home / "models"),
            architecture("face"),
            detector,
            "cpu",
            silent,
            hyper=Hyperparameters(unfrozen_epochs=_UNFROZEN_EPOCHS if kind == "unfrozen" else 0),
            cache=FaceCache(cache),
        )
    ended = time.time()
    return {"imports": imported - float(os.environ["BORN"]), "work": ended - imported, "peak_mb": peak_mb()}


if __name__ == "__main__":
    print(json.dumps(_child(sys.argv[1], Path(sys.argv[2]))))
