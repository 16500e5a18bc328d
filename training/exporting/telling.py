"""What became of the photos, as the command says it."""

from collections.abc import Iterator
from pathlib import Path

from foundation.file_names import readable
from training.exporting import wording
from training.exporting.outcome import Exported


def complaints(exported: Exported) -> Iterator[str]:
    """What could not be done, what others say otherwise, and by name what has no match."""
    for outcome in exported.outcomes:
        photo, why = readable(str(outcome.path)), outcome.why or ""
        if outcome.became == "failed":
            yield wording.failed(photo, why)
        elif outcome.became == "unknown":
            yield wording.no_match(photo, why)
        elif outcome.became != "nobody" and why:
            yield wording.kept_otherwise(photo, why)
    for one in exported.missing:
        yield wording.missing(readable(str(one.photo)), one.name)


def totals(exported: Exported, folder: Path) -> str:
    copies = exported.count("copied")
    sentences = [wording.copied(copies, folder)] if copies else []
    sentences.append(wording.written(exported.count("written", "copied")))
    for count, say in (
        (exported.count("changed"), wording.changed),
        (exported.count("removed"), wording.removed),
        (exported.count("same"), wording.same),
        (exported.count("nobody"), wording.nobody),
        (exported.count("unknown"), wording.unmatched),
        (len(exported.missing), wording.not_there),
    ):
        if count:
            sentences.append(say(count))
    return " ".join(sentences)
