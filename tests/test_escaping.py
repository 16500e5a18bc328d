"""Names with signs that mean something to a browser, in every page that a browser opens."""

import re
from pathlib import Path

import numpy as np
import pytest

from bot.answers import wording
from data.store.guesses import Guess
from foundation.face import Answer
from foundation.statement import Says
from models.card import Skipped
from tests.faces import recognized, said
from training.evaluation.label_check import Alike, DatedTooEarly, Doubt, Findings
from training.reports.contact_sheet import write_contact_sheet

ROOT = Path(__file__).parent.parent
EVIL = """<img src=x onerror=alert(1)>&"'"""


def test_the_contact_sheet(tmp_path: Path) -> None:
    face = np.zeros((8, 8, 3), np.uint8)
    photo = tmp_path / f"{EVIL.replace('/', '')}.jpg"
    doubt = Doubt(photo, EVIL, EVIL, 3.0, face)
    findings = Findings(
        usable={EVIL: 3},
        several_faces=0,
        left_out=[Skipped(photo=EVIL, reason=EVIL)],
        alike=[Alike("copies", EVIL, [photo, photo], [face, face])],
        doubtful=[doubt],
        mixed_up=[doubt],
        too_early=[DatedTooEarly(photo, EVIL, 2001, 2014)],
    )
    write_contact_sheet(tmp_path / "sheet.html", findings)
    page = (tmp_path / "sheet.html").read_text()
    assert "&lt;img src=x onerror=alert(1)&gt;&amp;&#34;&#39;" in page
    assert "<img src=x" not in page


@pytest.mark.parametrize("says", [None, "is", "not"])
@pytest.mark.parametrize("answer", ["named", "maybe", "either"])
@pytest.mark.parametrize("by", [1, None])
def test_answers(says: Says | None, answer: Answer, by: int | None) -> None:
    class Names:
        def shown(self, cousin: str, *, to_admins: bool = False) -> str:
            return EVIL

        def facts(self, cousin: str) -> list[str]:
            return [EVIL]

        def avoid(self, cousin: str) -> list[str]:
            return [EVIL]

        def wants_no_name(self, cousin: str) -> bool:
            return False

    evil = recognized("evil", runners_up=[("worse", 0.2)], answer=answer)
    face = Guess(1, 1, "aa", 1, evil, EVIL), said(says, "evil", accepted_by=by) if says else None
    for faces in ([face], [face, face], [face] * 5):
        text = wording.answer(faces, Names(), [EVIL])
        assert set(re.findall(r"<[^>]*>", text)) <= {"<b>", "</b>", "<i>", "</i>"}
        assert "&lt;img src=x onerror=alert(1)&gt;&amp;" in text


def test_no_template_and_no_script_takes_text_for_html() -> None:
    """The report is made like the contact sheet; the chat page puts texts in as texts."""
    for template in (ROOT / "training").rglob("*.html"):
        assert not re.search(r"\|\s*safe|autoescape", template.read_text()), template
    for module in (ROOT / "training").rglob("*.py"):
        assert not re.search(r"Environment\((?!autoescape=True)", module.read_text()), module
    for script in (ROOT / "demo" / "telegram" / "page").glob("*.js"):
        assert not re.search(r"(inner|outer|Adjacent)HTML|document\.write|\beval\(", script.read_text()), script
