"""Whether the tests notice: a sample of small changes to the code, each of which some unit test should fail with.

    python -m tests.mutants [--seed 0] [--sample 240] [--only WORD]

mutmut makes the changes ("mutants") and runs the tests that reach the changed function; its settings stand in
pyproject.toml. Counted are killed mutants among those that differ: the equivalent ones, which nobody could tell from
the code as it is, are listed with the reason in docs/testing.md and left out. Exit code 1 where fewer than 85 % are
killed.
"""

import argparse
import random
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mutmut.configuration import config
from mutmut.mutation.data import SourceFileMutationData
from mutmut.mutation.diff_apply import get_diff_for_mutant
from mutmut.mutation.file_mutation import mutate_file_contents
from mutmut.stats import status_by_exit_code
from mutmut.utils.format_utils import get_mutant_name

WANTED: Final = 0.85
DOCUMENT: Final = Path(__file__).parents[1] / "docs" / "testing.md"
KILLED: Final = ("killed", "timeout", "segfault", "suspicious")


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change: to which file, and which lines of it became which."""

    name: str
    file: str
    status: str
    was: str
    becomes: str

    @property
    def in_words(self) -> str:
        return f"{self.name} ({self.status})\n  {self.file}\n  - {self.was}\n  + {self.becomes}"


def every_mutant() -> dict[str, str]:
    """The name of each mutant there can be, and its file."""
    return {
        get_mutant_name(Path(file), function): file
        for file in config().only_mutate
        for function in mutate_file_contents(file, Path(file).read_text("utf-8")).mutant_names
    }


def results(names: dict[str, str]) -> Iterator[Mutant]:
    """What became of them."""
    for name, file in names.items():
        data = SourceFileMutationData(path=file)
        data.load()
        was, becomes = changed(get_diff_for_mutant(name, path=file))
        yield Mutant(name, file, status_by_exit_code[data.exit_code_by_key[name]], was, becomes)


def changed(diff: str) -> tuple[str, str]:
    """The lines that a diff takes out and those that it puts in, each as one line of text."""
    lines = [line for line in diff.splitlines() if not line.startswith(("---", "+++"))]
    before, after = (" ".join(line[1:].strip() for line in lines if line.startswith(sign)) for sign in "-+")
    return before, after


def listed_as_equivalent(document: str) -> set[tuple[str, str, str]]:
    """File, line as it is and line as it becomes, of every diff in the document."""
    found = set()
    for block in re.findall(r"```diff\n(.*?)```", document, re.DOTALL):
        file = ""
        before: str | None = None
        for line in block.splitlines():
            if line.startswith("@"):
                file = line.removeprefix("@").strip()
            elif line.startswith("-"):
                before = line[1:].strip()
            elif line.startswith("+") and before is not None:
                found.add((file, before, line[1:].strip()))
    return found


def is_only_case_of_sql(mutant: Mutant) -> bool:
    """SQLite takes keywords and names of columns in either case; text in quotes it does not."""
    return (
        mutant.file.startswith("data/")
        and mutant.was != mutant.becomes
        and mutant.was.casefold() == mutant.becomes.casefold()
        and re.findall(r"'[^']*'", mutant.was) == re.findall(r"'[^']*'", mutant.becomes)
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--sample", type=int, default=240)
    parser.add_argument("--only", default="", help="of the sample, those whose name has this in it")
    options = parser.parse_args()
    everything = every_mutant()
    drawn = random.Random(options.seed).sample(sorted(everything), min(options.sample, len(everything)))
    chosen = {name: everything[name] for name in drawn if options.only in name}
    print(f"{len(chosen)} of {len(everything)} mutants, seed {options.seed}")
    subprocess.run([sys.executable, "-m", "mutmut", "run", "--max-children", "2", *chosen], check=True)
    equivalent = listed_as_equivalent(DOCUMENT.read_text("utf-8"))
    counts: dict[str, Counter[str]] = {}
    survivors = []
    for mutant in results(chosen):
        same = is_only_case_of_sql(mutant) or (mutant.file, mutant.was, mutant.becomes) in equivalent
        what = "killed" if mutant.status in KILLED else "equivalent" if same else "survived"
        counts.setdefault(mutant.file, Counter())[what] += 1
        if what == "survived":
            survivors.append(mutant)
    for mutant in survivors:
        print(mutant.in_words)
    for file, count in sorted(counts.items()):
        print(f"{file:40}{count['killed']:4} killed{count['survived']:4} survived{count['equivalent']:4} equivalent")
    whole = sum(counts.values(), Counter())
    share = whole["killed"] / max(whole["killed"] + whole["survived"], 1)
    print(f"{share:.1%} of {whole['killed'] + whole['survived']} killed; {whole['equivalent']} equivalent")
    raise SystemExit(share < WANTED)


if __name__ == "__main__":
    main()
