"""Why a training run was started, and why it has come to nothing, as the store notes it; what keeps a home shut."""

from pathlib import Path

from foundation.translation import _, ngettext


def someone_asked(name: str) -> str:
    return _("{name} asked for it.", name=name)


def asked_at_command_line() -> str:
    return _("It was started on the command line.")


def new_corrections(corrections: int) -> str:
    return ngettext("There is {count} new correction.", "There are {count} new corrections.", corrections)


def time_has_come(corrections: int) -> str:
    return ngettext(
        "It was time, and there is {count} new correction.",
        "It was time, and there are {count} new corrections.",
        corrections,
    )


def photos_were_deleted() -> str:
    return _("Photos were deleted while the last training was learning from them.")


def process_not_started(reason: str) -> str:
    return _("It could not be started ({reason}).", reason=reason)


def stopped() -> str:
    return _("It was stopped before it had finished.")


def database_unreadable(file: Path, why: str) -> str:
    return _("The database {file} can't be read, so this folder can't be brought up to date. {why}", file=file, why=why)


def home_not_upgraded(folder: Path, reason: str) -> str:
    return _(
        "The folder {folder} was made by an earlier cousinbot and could not be brought up to date ({reason}). Check"
        " that there is room on the disk and that this user may write there.",
        folder=folder,
        reason=reason,
    )
