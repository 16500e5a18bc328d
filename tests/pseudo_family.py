"""A family in which everything has happened that anything can be said about, all with Greek names."""

import hashlib
import json
import os
import shutil
from collections.abc import Sequence
from itertools import product
from pathlib import Path
from typing import Final

import pytest

from actions.training_runs import Trainer
from actions.wording import someone_asked
from data.files.home import Home
from data.store.store import Store
from demo.family import draw_group
from inference.decoding.photo import decode
from inference.faces.detectors import Hog
from inference.faces.finding import find_faces
from tests.actions.groups.made import LEFT, group, put
from tests.bot.trained import jpeg_of
from tests.pseudo_language import CODE

FACTS: Final = """
amelia:
  name: Αμέλια
  facts:
    - Αγαπά τις μέλισσες.
    - Τραγουδά.
  avoid:
    - το ποδόσφαιρο
ben:
  name: Βενιαμίν
  aliases: [Μπεν, Ζουζού]
  facts:
    - Φτιάχνει ψωμί.
clara: {name: Κλάρα, facts: [Ταξιδεύει.]}
diego:
  name: Διέγκο
otto:
  name: Όττο
  aliases: [Ζουζού]
  facts:
    - Μαζεύει γραμματόσημα.
ζωή: [Κολυμπά.]
ηρώ: [Χορεύει.]
ίρις: [Γράφει.]
θάλεια: [Τρέχει.]
λήδα: [Σκάβει.]
νίκη: [Ψαρεύει.]
"""


async def family_with_everything(trained_home: Path, home_folder: Path, heap: Path, readers: Sequence[int]) -> None:
    """Beside what was trained: photos that are unclear, groups of faces, an older version, guests, ended runs."""
    shutil.copytree(trained_home, home_folder)
    home = Home(home_folder)
    (home.photos / "otto").mkdir()
    unclear = []
    for cousin, members, seed in (("amelia", ("amelia", "june"), 5), ("ben", ("otto", "ben", "june"), 6)):
        data = jpeg_of(draw_group(members, seed=seed))
        (home.photos / cousin / "group.jpg").write_bytes(data)
        boxes = [face.box.sides for face in find_faces(Hog(), decode(data).pixels)]
        found = {"sha256": hashlib.sha256(data).hexdigest(), "cousin": cousin, "boxes": boxes}
        unclear.append({"photo": f"{cousin}/group.jpg", "reason": "", "unclear": found})
    card = home.models / "v001" / "card.json"
    card.write_text(json.dumps(json.loads(card.read_text()) | {"skipped": unclear}))
    shutil.copytree(home.models / "v001", home.models / "v002")
    parts = {"version": "v002", "parent": "v001"}
    (home.models / "v002" / "card.json").write_text(json.dumps(json.loads(card.read_text()) | parts))
    people = {1: "abcd", 2: "efg", 3: "hi", 4: "jk", 5: "lm", 6: "no", 7: "pq"}
    async with Store.open(home.database) as store:
        for person in readers:
            await store.languages.note(person, CODE)
        photos = {f"{photo}.jpg": [(who, LEFT)] for who, own in people.items() for photo in own}
        await put(store, heap, photos)
        same = [["a.jpg", "b.jpg"], ["c.jpg", "d.jpg"]]  # one person's
        others = [[f"{photo}.jpg" for photo in own] for who, own in people.items() if who > 1]
        await group(store, *same, *others)
        for number, (first, second) in enumerate(product("αβγδεζ", repeat=2)):  # more than one list takes
            await store.people.welcome(5000 + number, f"Φίλος {first}{second}")
        for outcome, version, why in (("promoted", "v002", ""), ("kept", "v002", ""), ("failed", None, "Βλάβη.")):
            run = await store.runs.start(0, someone_asked("Άντα"))
            await store.runs.follow(run)
            await store.runs.finish(run, outcome, version, why)


class NoProcess:
    """Stands for training processes: none runs, and what tells that one does is held until it ends."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self._held: list[int] = []
        stop_cancelled = Trainer.stop_cancelled

        def begin(trainer: Trainer, run: int, lock: int) -> int:
            self._held.append(os.dup(lock))
            return os.getpid()

        async def stop(trainer: Trainer) -> None:
            await stop_cancelled(trainer)
            if any(run.cancelled_by for run in await trainer._runs.under_way()):
                self.end()

        patch.setattr(Trainer, "_spawn", begin)
        patch.setattr(Trainer, "stop_cancelled", stop)

    def end(self) -> None:
        while self._held:
            os.close(self._held.pop())
