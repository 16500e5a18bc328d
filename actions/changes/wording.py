"""Why a cousin can't be renamed or merged, or a change not be taken back; and that it was."""

from collections.abc import Sequence
from pathlib import Path

from foundation.formats import listed
from foundation.translation import _, ngettext


def nobody_is_called(cousin: str) -> str:
    return _(
        "Of {cousin} there are neither photos nor corrections. If they are in facts.yaml, change the name there.",
        cousin=cousin,
    )


def name_is_anothers(cousin: str) -> str:
    return _(
        "{cousin} is somebody else already. If both are one person, merge them: on their page, with /merge in the"
        " chat, or with “cousinbot photos merge”.",
        cousin=cousin,
    )


def one_person_already(cousin: str) -> str:
    return _("That is {cousin} twice. Please name two different cousins.", cousin=cousin)


def called_so_already(cousin: str) -> str:
    return _("{cousin} already has that name.", cousin=cousin)


def taken_back_already() -> str:
    return _("This has been taken back already.")


def changed_meanwhile() -> str:
    return _("Something else has changed since. Please use “photos undo” again (in the chat: /undo).")


def key_is_taken_again(cousin: str) -> str:
    return _(
        "There is somebody called {cousin} again, so this can't be taken back. Please rename them first.", cousin=cousin
    )


def versions_know_one_person(versions: Sequence[str], old: str, new: str) -> str:
    return ngettext(
        "{versions} was made since, and knows {old} and {new} as one person, so this can't be taken back. Please move"
        " {old}'s photos into a folder of their own, and train.",
        "{versions} were made since, and know {old} and {new} as one person, so this can't be taken back. Please move"
        " {old}'s photos into a folder of their own, and train.",
        len(versions),
        versions=", ".join(versions),
        old=old,
        new=new,
    )


def said_of_one_person(statements: int, old: str, new: str) -> str:
    return ngettext(
        "Since then {count} correction has named {new}, and nobody can tell whether {old} was meant, so this can't be"
        " taken back. Please move {old}'s photos into a folder of their own, and train.",
        "Since then {count} corrections have named {new}, and nobody can tell whether {old} was meant, so this can't be"
        " taken back. Please move {old}'s photos into a folder of their own, and train.",
        statements,
        old=old,
        new=new,
    )


def photos_of_one_person(photos: int, old: str, new: str) -> str:
    return ngettext(
        "Since then {count} photo has come for {new}, and nobody can tell whether it shows {old}, so this can't be"
        " taken back. Please move {old}'s photos into a folder of their own, and train.",
        "Since then {count} photos have come for {new}, and nobody can tell whether they show {old}, so this can't be"
        " taken back. Please move {old}'s photos into a folder of their own, and train.",
        photos,
        old=old,
        new=new,
    )


def version_learned_import(version: str) -> str:
    return _(
        "{version} was trained on these photos, so the import can't be taken back. Please delete the photos that don't"
        " belong there, and train.",
        version=version,
    )


def change_not_finished(home: Path, reason: str) -> str:
    return _(
        "A rename, a merge or an import in {home} was interrupted, and can't be finished now ({reason}). Please put"
        " that right and start again.",
        home=home,
        reason=reason,
    )


def import_unreadable(file: Path) -> str:
    return _(
        "Photos were being imported when that was interrupted, and {file}, which says what there was before, can't be"
        " read. If a newer cousinbot wrote it, update this one. Otherwise please delete that file: the photos stay,"
        " only “photos undo” can't take them out again.",
        file=file,
    )


def plan_unreadable(file: Path) -> str:
    return _(
        "Cousins were being renamed when that was interrupted, and {file}, which says how to finish it, can't be read."
        " If a newer cousinbot wrote it, update this one. Otherwise restore your last backup; or delete that file, and"
        " run “cousinbot doctor” to see who is left without a folder.",
        file=file,
    )


def no_such_photo(photo: Path, library: Path) -> str:
    return _(
        "{photo} is no cousin's photo. Please name one in {library}, as “photos check” and “train” print it.",
        photo=photo,
        library=library,
    )


def not_there_for(photo: Path, cousin: str, cousins: Sequence[str]) -> str:
    return _(
        "{photo} is filed under {cousins}, not under {cousin}.", photo=photo, cousins=listed(cousins), cousin=cousin
    )


def only_there_for(photo: Path, cousin: str) -> str:
    return _(
        "{photo} is filed under {cousin} alone. If it doesn't show {cousin}, please delete it, or move it into the"
        " right cousin's folder.",
        photo=photo,
        cousin=cousin,
    )


def facts_gone(old: str, new: str) -> str:
    """What facts.yaml said of `old` before they were merged."""
    return _(
        "What it said of {old} stands under {new}: where each sentence came from was deleted together with somebody who"
        " was forgotten, and whose name was in one of them.",
        old=old,
        new=new,
    )


def taken_back(kept: int) -> str:
    """`kept` photos of an import that people have replaced or moved since."""
    if not kept:
        return _("Taken back: everything is as it was before.")
    return ngettext(
        "Taken back, but for {count} photo that was changed or moved since. If it doesn't belong there, please delete"
        " it.",
        "Taken back, but for {count} photos that were changed or moved since. If they don't belong there, please delete"
        " them.",
        kept,
    )
