"""Why a training run was started, and why it has come to nothing, as the store notes it; what keeps a home shut."""

from pathlib import Path

from foundation.translation import _, ngettext


def someone_asked(name: str) -> str:
    return _("{name} asked for it.", name=name)


def asked_at_command_line() -> str:
    return _("The training was started on the command line.")


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
    return _("The training could not be started ({reason}).", reason=reason)


def stopped() -> str:
    return _("The training was stopped before it had finished.")


def database_unreadable(file: Path, why: str) -> str:
    return _("The database {file} can't be read, so this folder can't be brought up to date. {why}", file=file, why=why)


def home_not_upgraded(folder: Path, reason: str) -> str:
    return _(
        "The folder {folder} was made by an earlier cousinbot and could not be brought up to date ({reason}). Check"
        " that there is room on the disk and that this user may write there.",
        folder=folder,
        reason=reason,
    )


# Whom a command is about


def nobody_is_called(typed: str, *, candidates: bool) -> str:
    if candidates:
        return _("There is no cousin with exactly the name “{typed}”. Do you mean one of these?", typed=typed)
    return _("There is no cousin with exactly the name “{typed}”.", typed=typed)


def candidate(key: str, name: str, folders: str, photos: int, versions: str) -> str:
    """One line of a list."""
    return ngettext(
        "  {key}: shown as {name}; {folder}; {count} photo; {versions}",
        "  {key}: shown as {name}; {folder}; {count} photos; {versions}",
        photos,
        key=key,
        name=name,
        folder=_("folder: {folders}", folders=folders) if folders else _("no folder"),
        versions=_("versions: {versions}", versions=versions) if versions else _("no version"),
    )


def candidate_of_facts(key: str, name: str) -> str:
    return _("  {key}: shown as {name}; only in facts.yaml", key=key, name=name)


def give_the_key() -> str:
    return _("Nothing was changed. Please give the name before the colon, exactly as it stands there.")


def see_the_keys() -> str:
    return _("Nothing was changed. “cousinbot photos list” shows the names of all.")


# What cousins are called


def which_one(name: str, key: str) -> str:
    """Two share the name."""
    return _("{name} ({key})", name=name, key=key)


def someone_unnamed() -> str:
    """In place of a name."""
    return _("someone who prefers not to be named")


def wants_no_name(name: str) -> str:
    """A name, as admins alone see it."""
    return _("{name} (prefers not to be named)", name=name)


def fact_too_long(begins: str, most: int) -> str:
    return ngettext(
        "The fact that begins with “{begins}” is too long. Please write at most {count} letter.",
        "The fact that begins with “{begins}” is too long. Please write at most {count} letters.",
        most,
        begins=begins,
    )
