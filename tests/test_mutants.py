"""How the mutants that survive are counted; that they are killed is `make mutants`' affair."""

import re
from pathlib import Path

import pytest

from tests import mutants

DOCUMENT = (Path(__file__).parents[1] / "docs" / "testing.md").read_text("utf-8")


def mutant(was: str, becomes: str, file: str = "data/store/journal.py") -> mutants.Mutant:
    return mutants.Mutant("name", file, "survived", was, becomes)


@pytest.mark.parametrize(
    ("was", "becomes", "same"),
    [
        ('"SELECT a FROM b"', '"select a from b"', True),
        ("\"WHERE a = 'x'\"", "\"where a = 'x'\"", True),
        ("\"WHERE a = 'x'\"", "\"WHERE A = 'X'\"", False),
        ('"SELECT a"', '"XXSELECT aXX"', False),
        ('"SELECT a"', '"SELECT a"', False),
    ],
)
def test_only_the_case_of_sql(was: str, becomes: str, same: bool) -> None:
    assert mutants.is_only_case_of_sql(mutant(was, becomes)) is same
    assert not mutants.is_only_case_of_sql(mutant(was, becomes, "bot/updates/polling.py"))


def test_a_diff_in_the_document_is_a_mutant_with_its_reason() -> None:
    text = "Why:\n\n```diff\n@ a/b.py\n- x = 1\n+ x = 2\n```\n"
    assert mutants.listed_as_equivalent(text) == {("a/b.py", "x = 1", "x = 2")}
    assert mutants.changed("--- a\n+++ b\n@@ -1 +1 @@\n def f():\n-    x = 1\n+    x = 2") == ("x = 1", "x = 2")


def test_whatever_the_document_lists_stands_in_the_code() -> None:
    """Else the code has changed, and nobody has looked whether the reason still holds."""
    root = Path(__file__).parents[1]
    for file, was, _ in mutants.listed_as_equivalent(DOCUMENT):
        lines = re.sub(r"\s+", " ", (root / file).read_text("utf-8"))
        assert was in lines, (file, was)
