"""What is said of names that are written beside photos."""

from collections.abc import Sequence
from pathlib import Path

from foundation.translation import _, ngettext

# How far it is


def looking() -> str:
    return _("Looking at the photos")


def writing() -> str:
    return _("Writing names")


# Behind a photo's name


def not_the_familys() -> str:
    return _("the family's photos have no such file: it was never imported, or has been changed since")


def nobody_to_name() -> str:
    return _("nobody on it is to be named")


def called_otherwise(name: str, other: str) -> str:
    return _("another program calls the face of {name} “{other}”, which stays", name=name, other=other)


def sidecar_damaged(sidecar: str) -> str:
    return _(
        "{sidecar} can't be understood, and was left as it is: repair it, or move it away, and export again",
        sidecar=sidecar,
    )


def not_written(sidecar: str, reason: str) -> str:
    return _("{sidecar} can't be written ({reason})", sidecar=sidecar, reason=reason)


def not_copied(reason: str) -> str:
    return _("it can't be copied ({reason})", reason=reason)


# Lines


def no_match(photo: str, why: str) -> str:
    return _("no match: {photo}: {why}", photo=photo, why=why)


def failed(photo: str, why: str) -> str:
    return _("not done: {photo}: {why}", photo=photo, why=why)


def kept_otherwise(photo: str, why: str) -> str:
    return _("{photo}: {why}", photo=photo, why=why)


def missing(photo: str, name: str | None) -> str:
    if name is None:
        return _("not in this folder: {photo}", photo=photo)
    return _("not in this folder: {photo}, which came as {name}", photo=photo, name=name)


# In the end


def copied(photos: int, folder: Path) -> str:
    return ngettext(
        "{count} photo was copied to {folder}.", "{count} photos were copied to {folder}.", photos, folder=folder
    )


def written(files: int) -> str:
    return ngettext("{count} sidecar was written.", "{count} sidecars were written.", files)


def changed(files: int) -> str:
    return ngettext(
        "{count} sidecar that was there was changed.", "{count} sidecars that were there were changed.", files
    )


def removed(files: int) -> str:
    return ngettext(
        "{count} sidecar of ours was deleted, because it names nobody any more.",
        "{count} sidecars of ours were deleted, because they name nobody any more.",
        files,
    )


def same(files: int) -> str:
    return ngettext("{count} sidecar said it all already.", "{count} sidecars said it all already.", files)


def nobody(photos: int) -> str:
    return ngettext("{count} photo shows nobody to name.", "{count} photos show nobody to name.", photos)


def unmatched(photos: int) -> str:
    return ngettext(
        "{count} photo in the folder is not the family's.", "{count} photos in the folder are not the family's.", photos
    )


def not_there(photos: int) -> str:
    return ngettext(
        "{count} photo of the family's is not in the folder.",
        "{count} photos of the family's are not in the folder.",
        photos,
    )


def rehearsed() -> str:
    return _("Nothing was changed. Without --dry-run, this is what would be written.")


def nothing_matches(folder: Path) -> str:
    return _(
        "None of the family's photos is in {folder}. Give the folder from which they were imported, with the files as"
        " they were, or an empty one to get copies with names beside them.",
        folder=folder,
    )


def nothing_to_write() -> str:
    return _("No name could be written. The lines above say why.")


def nobody_there() -> str:
    return _("There is nobody to name. Import photos first, with “cousinbot photos import”.")


def folder_in_home(folder: Path) -> str:
    return _("{folder} is in the bot's own folder. Please choose one outside it.", folder=folder)


def folder_not_made(folder: Path, reason: str) -> str:
    return _("The folder {folder} can't be made ({reason}). Please choose another one.", folder=folder, reason=reason)


def several(sentences: Sequence[str]) -> str:
    """One after the other."""
    return "; ".join(sentences)
