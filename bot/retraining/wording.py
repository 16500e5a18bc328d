"""What is said of a training run: how far it is, and how it ended."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from data.store.runs import Run
from inference.versions import Version

_WIDTH: Final = 12  # squares of the bar; as wide as a phone shows on one line


def progress(run: Run) -> str:
    """The text of the one message that is written anew while a run goes on."""
    lines = [f"🎓 Training since {_clock(run.started_at)} ({run.why})."]
    if run.cancelled_by is not None:
        lines.append("It is being stopped …")
    elif run.doing is None or not run.total:
        lines.append("Starting …")
    else:
        done = min(run.done or 0, run.total)
        filled = round(_WIDTH * done / run.total)
        lines.append(f"{run.doing}\n{'■' * filled}{'□' * (_WIDTH - filled)} {done} of {run.total}")
    return "\n".join([*lines, "I answer photos meanwhile."])


def ending(run: Run) -> str:
    """What the progress message says in the end, in one line."""
    match run.outcome:
        case "promoted":
            return f"🎓 Training has ended: {run.version} answers now."
        case "kept":
            return f"🎓 Training has ended: {run.version} was not promoted."
        case "cancelled":
            return "The training was cancelled."
        case _:
            return f"The training failed: {_sentence(run.message)}"


def outcome(
    run: Run, after: Version | None, before: Version | None, champion: str | None, shown: Callable[[str], str]
) -> str:
    """What the admins are told: whether it was promoted and why, and how well it does beside the one before.

    `shown` turns a cousin's key into their name.
    """
    goes_on = f"{champion} goes on answering." if champion else "There is still no version that could answer."
    if run.outcome not in ("promoted", "kept"):
        return f"{ending(run)} {goes_on}\nIt was started for: {run.why}."
    lines = [ending(run) if run.outcome == "promoted" else f"{ending(run)} {goes_on}"]
    lines.append(f"Why: {_sentence(run.message)}")
    if after is not None:
        lines += ["", f"Held-out photos named right: {accuracy(after)}"]
        if before is not None:
            lines.append(f"Before ({before.name}): {accuracy(before)}")
        mixed = [f"{shown(who)} taken for {shown(named)} ({count}×)" for who, named, count in after.confused[:3]]
        lines.append("Mixed up: " + "; ".join(mixed) + "." if mixed else "Nobody was mixed up.")
        if after.left_out:
            photo, reason = after.left_out[0]
            lines.append(f"{_counted(len(after.left_out), 'photo')} left out, such as {photo}: {_sentence(reason)}")
        lines.append(f"{_counted(len(after.corrections), 'correction')} taken in. Started for: {run.why}.")
    return "\n".join(lines)


def accuracy(version: Version) -> str:
    """With its 95 % interval."""
    low, high = version.interval
    return f"{version.accuracy:.1%} ({low:.1%} to {high:.1%}) of {version.photos}"


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def _clock(stamp: str) -> str:
    return f"{datetime.fromisoformat(stamp).astimezone():%H:%M}"


def _sentence(message: str | None) -> str:
    text = message or "nobody knows why"
    return text if text.endswith((".", "!", "?")) else f"{text}."
