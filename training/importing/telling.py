"""What became of the files, as the command says it."""

from collections.abc import Iterator
from itertools import groupby

from data.files.library import readable
from training.importing import wording
from training.importing.outcome import Imported, Outcome


def by_cousin(imported: Imported) -> Iterator[str]:
    """What each cousin gained, a line each; and which photos they share with whom, told to both."""
    added, shared = imported.faces_of("added"), imported.faces_of("shared")
    told = [(one.cousin, one.other, one.name) for one in imported.sharings]
    told += [(one.other, one.cousin, one.other_name) for one in imported.sharings]
    for cousin in sorted({*(cousin for cousin, _ in (*added, *shared)), *(cousin for cousin, _, _ in told)}):
        if count := sum(number for (one, _), number in added.items() if one == cousin):
            yield wording.added_for(cousin, count)
        if count := sum(number for (one, form), number in shared.items() if one == cousin and form != "folder"):
            yield wording.also_shown_now(cousin, count)
        theirs = sorted((other, name) for one, other, name in told if one == cousin)
        for other, group in groupby(theirs, key=lambda sharing: sharing[0]):
            names = [name for _, name in group]
            yield wording.also_shown(cousin, other, wording.some(names), len(names))


def not_taken_in(imported: Imported) -> Iterator[str]:
    """What can't be read, what was left out, and last what no person put there: together where the reason is one."""
    for became, say in (("unreadable", wording.unreadable), ("left_out", wording.left_out)):
        reasons: dict[str, list[Outcome]] = {}
        for outcome in imported.outcomes:
            if outcome.became == became:
                reasons.setdefault(outcome.why or "", []).append(outcome)
        for why, outcomes in sorted(reasons.items(), key=lambda reason: reason[0] == wording.systems_file()):
            names = [readable(str(outcome.path)) for outcome in outcomes]
            if len(names) > wording.NAMED or why == wording.systems_file():
                yield say(wording.some(names), why)
            else:
                yield from (say(name, why) for name in names)


def totals(imported: Imported) -> str:
    """How many files became what, which is all of them."""
    sentences = [wording.added(imported.count("added"))]
    if shared := imported.count("shared"):
        sentences.append(wording.shared_by_several(shared))
    sentences.append(wording.were_there_already(imported.count("known")))
    if left_out := imported.count("left_out"):
        sentences.append(wording.were_left_out(left_out))
    if unreadable := imported.count("unreadable"):
        sentences.append(wording.were_unreadable(unreadable))
    return " ".join(sentences)
