"""What is said of a training run: how far it is, and how it ended; and of the versions."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from data.store.runs import Run
from foundation.formats import clock, percent, time_of
from foundation.translation import _, ngettext
from models.card import Card

_WIDTH: Final = 12  # squares of the bar; as wide as a phone shows on one line


def progress(run: Run) -> str:
    """The text of the one message that is written anew while a run goes on."""
    lines = [_("🎓 Training since {time}. {why}", time=clock(_local(run.started_at)), why=run.why or "").strip()]
    if run.cancelled_by is not None:
        lines.append(_("Stopping …"))
    elif run.doing is None or not run.total:
        lines.append(_("Starting …"))
    else:
        done = min(run.done or 0, run.total)
        filled = round(_WIDTH * done / run.total)
        lines.append(str(run.doing))
        lines.append(
            _("{bar} {done} of {total}", bar="■" * filled + "□" * (_WIDTH - filled), done=done, total=run.total)
        )
    return "\n".join([*lines, _("I keep answering photos in the meantime.")])


def done(version: str) -> str:
    return _("🎓 Training is done: {version} answers now.", version=version)


def ending(run: Run, *, in_private: bool = True) -> str:
    """What the progress message says in the end, in one line. Why it failed may name folders: a group isn't told."""
    match run.outcome:
        case "promoted":
            return done(str(run.version))
        case "kept":
            return _("🎓 Training is done, but {version} does not answer for now.", version=run.version)
        case "cancelled":
            return _("The training was cancelled.")
        case _ if not in_private:
            return _("The training failed. I have told the admins why.")
        case _:
            return _("The training failed. {why}", why=run.message or "").strip()


def outcome(run: Run, after: Card | None, before: Card | None, current: str | None, shown: Callable[[str], str]) -> str:
    """What the admins are told: which version answers and why, and how well it does beside the one before.

    `shown` turns a cousin's key into their name.
    """
    lines = [ending(run)]
    if run.outcome != "promoted":
        lines.append(keeps_answering(current) if current else _("There still is no version that can answer."))
    if run.outcome not in ("promoted", "kept"):
        return "\n".join([*lines, *([_("Why it was started: {why}", why=run.why)] if run.why else [])])
    if run.message:
        lines.append(str(run.message))
    if after is not None:
        lines += ["", named_correctly(after)]
        if before is not None:
            lines.append(_("Before that, {version}: {accuracy}", version=before.version, accuracy=accuracy(before)))
        mixed = [
            _(
                "{cousin} → {other} ({times}×)",
                cousin=shown(one.cousin),
                other=shown(one.named),
                times=one.photos,
            )
            for one in after.metrics.confused[:3]
        ]
        lines.append(
            _("Mixed up (who it was → whom I named): {pairs}.", pairs="; ".join(mixed))
            if mixed
            else _("No names were mixed up.")
        )
        if after.skipped:
            lines.append(_left_out(len(after.skipped), after.skipped[0].photo, after.skipped[0].reason))
        if after.unclear:
            lines.append(_unclear(len(after.unclear)))
        lines.append(_learned_from(len(after.corrections)))
        if run.why:
            lines.append(_("Why it was started: {why}", why=run.why))
    return "\n".join(lines)


def _unclear(photos: int) -> str:
    return ngettext(
        "In {count} photo I can't tell which face is the cousin's: /faces lets you show me.",
        "In {count} photos I can't tell which face is the cousin's: /faces lets you show me.",
        photos,
    )


def keeps_answering(version: str) -> str:
    return _("{version} keeps answering.", version=version)


def named_correctly(card: Card) -> str:
    return _("Named correctly, of photos it had not seen: {accuracy}", accuracy=accuracy(card))


def accuracy(card: Card) -> str:
    """With its 95% interval, and whether it was measured when the version was another one still."""
    (low, high), stale = card.metrics.named_correctly_ci95, card.metrics.before_forgetting
    text = _(
        "{share} of {photos} (most likely {low} to {high})",
        share=percent(card.metrics.named_correctly),
        photos=card.metrics.photos,
        low=percent(low),
        high=percent(high),
    )
    if card.metrics.asked_correctly:
        text = _(
            "{accuracy}; it asks about another {share}", accuracy=text, share=percent(card.metrics.asked_correctly)
        )
    return _("{accuracy}, measured before some photos were deleted", accuracy=text) if stale else text


def _left_out(photos: int, photo: str, reason: str) -> str:
    return ngettext(
        "{count} photo was left out: {photo} ({reason}).",
        "{count} photos were left out, for example {photo} ({reason}).",
        photos,
        photo=photo,
        reason=reason,
    )


def _learned_from(corrections: int) -> str:
    return ngettext("It learned from {count} correction.", "It learned from {count} corrections.", corrections)


def _local(stamp: str) -> datetime:
    return datetime.fromisoformat(stamp).astimezone()


# Buttons


def cancel() -> str:
    return _("✗ Cancel")


def go_back_to(version: str) -> str:
    return _("↩ Go back to {version}", version=version)


def go_back(current: str, previous: str) -> str:
    return _("↩ Go back from {current} to {previous}", current=current, previous=previous)


def use_anyway(version: str) -> str:
    return _("Use {version} anyway", version=version)


def use(version: str) -> str:
    return _("Use {version}", version=version)


# /retrain


def not_started(reason: str) -> str:
    return _("The training could not be started ({reason}). Is there enough space on the disk?", reason=reason)


def starting_or_ending() -> str:
    return _("A training is just starting or ending. Please try again in a moment.")


def kept_away(command: str) -> str:
    return _(
        "“cousinbot {command}” is at work on the cousins right now. Please ask me again when it has ended.",
        command=command,
    )


def under_way() -> str:
    return _("A training is already under way, and I can only do one at a time. This is how far it is:")


def ended_already() -> str:
    return _("That training has already ended.")


def stopping_already() -> str:
    return _("It is already being stopped.")


def stopping() -> str:
    return _("The training is being stopped. The version that answers now stays.")


# /models, /rollback


def no_version() -> str:
    return _("There is no version yet. /retrain makes one from the photos in the family's folder.")


def no_earlier_version() -> str:
    return _("There is no earlier version to go back to. /models shows all versions.")


def answers_now(version: str, accuracy: str | None) -> str:
    """`accuracy` is None where nobody can read how well it does."""
    if accuracy is None:
        return _("{version} answers now. I can't read how well it does.", version=version)
    return _("{version} answers now: {accuracy}.", version=version, accuracy=accuracy)


def answered_before(version: str, accuracy: str | None) -> str:
    if accuracy is None:
        return _("Before that it was {version}. I can't read how well it did.", version=version)
    return _("Before that it was {version}: {accuracy}.", version=version, accuracy=accuracy)


def answers_already(version: str) -> str:
    return _("{version} already answers.", version=version)


def chosen(version: str, before: str | None) -> str:
    if before is None:
        return _("{version} answers now.", version=version)
    return _("{version} answers now, instead of {before}.", version=version, before=before)


def decided(name: str, what: str) -> str:
    return _("{name} made a decision: {what}", name=name, what=what)


def list_title() -> str:
    return _("★ answers now. How many photos that it had not seen each version names correctly:")


def described(card: Card) -> str:
    return ngettext(
        "{version}, {time}: {accuracy}; cousins: {cousins}; learned from {count} correction",
        "{version}, {time}: {accuracy}; cousins: {cousins}; learned from {count} corrections",
        len(card.corrections),
        version=card.version,
        time=time_of(card.created.astimezone()),
        accuracy=accuracy(card),
        cousins=len(card.cousins),
    )


def and_older(versions: int) -> str:
    return ngettext("and {count} older one", "and {count} older ones", versions)
