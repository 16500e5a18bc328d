"""What is said of photos that can't be learned from, of how training goes and of why a version takes over or not."""

from collections.abc import Sequence
from pathlib import Path

from foundation.file_names import readable
from foundation.formats import listed, percent
from foundation.translation import _, ngettext

# How far it is


def finding_faces() -> str:
    return _("Finding faces")


def looking_at_pictures() -> str:
    return _("Looking at the pictures")


def finding_strangers_faces() -> str:
    return _("Finding strangers' faces")


def reading_faces() -> str:
    return _("Looking at the faces")


def trying_feedings() -> str:
    return _("Trying how your network wants to see faces")


def training_head() -> str:
    return _("Learning the names")


def training_everything() -> str:
    return _("Fine-tuning the whole network")


def testing_round(number: int, rounds: int) -> str:
    return _("Testing, round {number} of {rounds}", number=number, rounds=rounds)


def testing() -> str:
    return _("Testing on photos it has not seen")


def comparing_versions() -> str:
    return _("Comparing with the version that answers now")


def comparing_labels() -> str:
    return _("Comparing the photos")


# Why a photo was left out


def file_unreadable(reason: str) -> str:
    return _("the file can't be opened ({reason})", reason=reason)


def face_unclear(faces: int) -> str:
    return ngettext(
        "it is not clear that its {count} face is the cousin's",
        "it is not clear which of its {count} faces is the cousin's",
        faces,
    )


def of_cousins(reason: str, cousins: Sequence[str]) -> str:
    return _("{reason}: {cousins}", reason=reason, cousins=readable(", ".join(cousins)))


def none_of_its_faces() -> str:
    return _("somebody said that none of its faces is the cousin's")


def same_file(other: str) -> str:
    return _("it is the same file as {other}", other=other)


def no_face() -> str:
    return _("no face was found")


def too_few_photos(photos: int, fewest: int) -> str:
    return ngettext(
        "there is only {count} usable photo, and {fewest} are needed",
        "there are only {count} usable photos, and {fewest} are needed",
        photos,
        fewest=fewest,
    )


def claimed_twice() -> str:
    return _(
        "this one face is filed under two cousins, and can be only one's: “cousinbot photos unshare” takes the wrong"
        " one off"
    )


def filed_twice() -> str:
    return _("it is filed under two names, and can have only one: “cousinbot photos unshare” takes the wrong one off")


def counted_for(photo: str, cousin: str) -> str:
    """A photo that counts for another cousin too than the one in whose folder it lies."""
    return _("{photo} (also under {cousin})", photo=photo, cousin=cousin)


def corrected_to_another_face() -> str:
    return _("somebody pointed at another of its faces")


def corrected_otherwise() -> str:
    return _("somebody said that this face is someone else's")


def picture_corrected_otherwise() -> str:
    return _("somebody said that this picture has another name")


# Why training can't go on


def network_guesses(share: float) -> str:
    return _(
        "Your network can't tell your cousins apart: of two faces of one cousin and one of another, it found the right"
        " two more alike in only {share}. It may be no face network, or one for faces that are cut out in another way.",
        share=percent(share),
    )


def nobody_to_tell_apart(fewest: int) -> str:
    return ngettext(
        "Training needs at least two cousins with {count} usable photo each, and there is none yet. Please add"
        " photos, with a folder for each cousin.",
        "Training needs at least two cousins with {count} usable photos each, and there is none yet. Please add"
        " photos, with a folder for each cousin.",
        fewest,
    )


def only_one_to_tell_apart(fewest: int, cousin: str) -> str:
    return ngettext(
        "Training needs at least two cousins with {count} usable photo each, and only {cousin} has that many. Please"
        " add photos, with a folder for each cousin.",
        "Training needs at least two cousins with {count} usable photos each, and only {cousin} has that many. Please"
        " add photos, with a folder for each cousin.",
        fewest,
        cousin=cousin,
    )


def too_few_folders(fewest: int) -> str:
    return ngettext(
        "Training needs at least two folders with {count} usable photo each. Please add photos, with a folder for"
        " each name.",
        "Training needs at least two folders with {count} usable photos each. Please add photos, with a folder for"
        " each name.",
        fewest,
    )


def no_face_at_all() -> str:
    return _(
        "No face was found in the photos. If they show things rather than people, go by whole pictures:"
        " “cousinbot photos check --crop whole”, and “cousinbot train --arch resnet34 --crop whole”."
    )


def photo_deleted(photo: str) -> str:
    return _("{photo} was deleted while the training was running. Please train again.", photo=photo)


def one_moment_only() -> str:
    return _(
        "All photos of each cousin were taken in one moment, so none is left to test with. Please add photos of other"
        " days."
    )


def nothing_to_test_with() -> str:
    return _("There is no photo left to test with. Please add photos, or choose a smaller number for --shots.")


def no_strangers(folder: Path) -> str:
    return _(
        "There are no photos in {folder}. Please choose a folder with photos of people who are not cousins.",
        folder=folder,
    )


# What is not learned from


def contradicted_by_the_face(said: str, looks_like: str) -> str:
    return _(
        "somebody said that this is {said}, but it looks more like {other} than nearly all of {other}'s own photos do,"
        " so that this counts for this one photo only",
        said=said,
        other=looks_like,
    )


# Why a version takes over, or not


def first_version() -> str:
    return _("It is the first version.")


def former_broken(former: str) -> str:
    return _("The version before, {former}, can't be loaded any more.", former=former)


def nothing_to_compare_on() -> str:
    return _("There are no photos yet on which the two could be compared.")


def worse(former: str, photos: int, right: int, right_before: int) -> str:
    return ngettext(
        "It is worse than {former}: of {count} photo that neither had seen, it named {right} correctly, and {former}"
        " named {right_before}.",
        "It is worse than {former}: of {count} photos that neither had seen, it named {right} correctly, and {former}"
        " named {right_before}.",
        photos,
        former=former,
        right=right,
        right_before=right_before,
    )


def worse_on_corrected(former: str, photos: int, right: int, right_before: int) -> str:
    return ngettext(
        "It is worse than {former} on photos that somebody had corrected: of {count}, it named {right} correctly, and"
        " {former} named {right_before}.",
        "It is worse than {former} on photos that somebody had corrected: of {count}, it named {right} correctly, and"
        " {former} named {right_before}.",
        photos,
        former=former,
        right=right,
        right_before=right_before,
    )


def worse_for_cousin(cousin: str, former: str, photos: int, right: int, right_before: int) -> str:
    return ngettext(
        "It is worse than {former} at recognising {cousin}: of {count} photo, it named {right} correctly, and {former}"
        " named {right_before}.",
        "It is worse than {former} at recognising {cousin}: of {count} photos, it named {right} correctly, and {former}"
        " named {right_before}.",
        photos,
        cousin=cousin,
        former=former,
        right=right,
        right_before=right_before,
    )


def no_worse(former: str, photos: int, right: int, right_before: int) -> str:
    return ngettext(
        "It is no worse than {former}: of {count} photo that neither had seen, it named {right} correctly, and {former}"
        " named {right_before}.",
        "It is no worse than {former}: of {count} photos that neither had seen, it named {right} correctly, and"
        " {former} named {right_before}.",
        photos,
        former=former,
        right=right,
        right_before=right_before,
    )


def too_few_to_tell(former: str, photos: int, right: int, right_before: int) -> str:
    return ngettext(
        "Of {count} photo that neither had seen, it named {right} correctly, and {former} named {right_before}. That is"
        " too little to tell which of them is better, so the newer one answers.",
        "Of {count} photos that neither had seen, it named {right} correctly, and {former} named {right_before}. The"
        " difference is too small to tell which of them is better, so the newer one answers.",
        photos,
        former=former,
        right=right,
        right_before=right_before,
    )


def too_few_of(cousins: Sequence[str]) -> str:
    return _(
        "It named fewer photos of {cousins}, but there are too few to tell whether that is chance.",
        cousins=listed(cousins),
    )


def corrected_among_them(former: str, photos: int, right: int, right_before: int) -> str:
    return ngettext(
        "Somebody had corrected {count} of them: of those it named {right} correctly, and {former} named"
        " {right_before}.",
        "Somebody had corrected {count} of them: of those it named {right} correctly, and {former} named"
        " {right_before}.",
        photos,
        former=former,
        right=right,
        right_before=right_before,
    )


# The contact sheet


def wrong_cousins() -> tuple[str, str, str]:
    """A title, what is the matter, and what to do."""
    return (
        _("Probably the wrong cousin"),
        _("The face looks more like another cousin's photos than like the other photos in its own folder."),
        _("If the name is wrong, move the photo to the right cousin's folder. If it is right, leave it."),
    )


def wrong_names() -> tuple[str, str, str]:
    """The same of things."""
    return (
        _("Probably the wrong name"),
        _("The picture looks more like those in another folder than like the others in its own."),
        _("If it is in the wrong folder, move it. If it is right, leave it."),
    )


def alike() -> tuple[str, str, str]:
    return (
        _("Much alike"),
        _("The pictures in a row are so much alike that they teach little more than one of them."),
        _("Keep them if you like. Pictures that differ help more."),
    )


def wrong_faces() -> tuple[str, str, str]:
    return (
        _("Probably the wrong face"),
        _("The photo shows several faces, and the one that was taken for the cousin looks more like somebody else."),
        _("Crop the photo to the cousin's face, or take it out of the folder."),
    )


def unclear_faces() -> tuple[str, str, str]:
    return (
        _("Which face?"),
        _("The photo shows several faces. Which is the cousin's is not clear, so nothing is learned from it."),
        _(
            "Show me the right one: on the page Review, with /faces in the chat, or with “cousinbot photos point”, the"
            " cousin, the photo and the number of the face."
        ),
    )


def numbered_face(number: int, photo: str, cousin: str) -> str:
    return _("{number}. {cousin}? {photo}", number=number, photo=photo, cousin=cousin)


def copies() -> tuple[str, str, str]:
    return (
        _("Copies of one picture"),
        _("Several files hold nearly the same picture, which teaches no more than one of them."),
        _("Keep the best of each row. Leaving them does no harm."),
    )


def bursts() -> tuple[str, str, str]:
    return (
        _("Taken within a moment"),
        _("The photos in a row show the same moment."),
        _("Keep them if you like. Photos of other days help more."),
    )


# Who looks alike


def more_pictures_of_both(one: str, other: str, times: int) -> str:
    return ngettext(
        "{first} and {second} were mixed up {count} time: more pictures of both, as different as they come, would help"
        " most.",
        "{first} and {second} were mixed up {count} times: more pictures of both, as different as they come, would help"
        " most.",
        times,
        first=one,
        second=other,
    )


def more_of_both(one: str, other: str, times: int) -> str:
    return ngettext(
        "{first} and {second} were mixed up {count} time: five more photos of each, of the same age, would help most.",
        "{first} and {second} were mixed up {count} times: five more photos of each, of the same age, would help most.",
        times,
        first=one,
        second=other,
    )


def look_through_both(one: str, other: str, times: int) -> str:
    return ngettext(
        "{first} and {second} were mixed up {count} time, and there are many photos of both: see whether one is in the"
        " wrong folder (“cousinbot photos check”).",
        "{first} and {second} were mixed up {count} times, and there are many photos of both: see whether some are in"
        " the wrong folder (“cousinbot photos check”).",
        times,
        first=one,
        second=other,
    )


def pictures_alike(one: str, other: str) -> str:
    return _("{first} and {second} look alike, but were told apart.", first=one, second=other)


def alike_but_told_apart(one: str, other: str) -> str:
    return _(
        "{first} and {second} look alike, but were told apart: more photos of both, of the same age, keep it so.",
        first=one,
        second=other,
    )


# The pictures of the report


def named() -> str:
    return _("named")


def was() -> str:
    return _("was")


def nobody() -> str:
    return _("nobody")


def no_name() -> str:
    return _("no name")


def somebody_else() -> str:
    return _("with another name")


def same_cousin() -> str:
    return _("with the same name")


def threshold() -> str:
    return _("from here on named")


def asked_from() -> str:
    return _("from here on asked about")


def similarity() -> str:
    return _("similarity to the known photos (cosine)")


def how_sure() -> str:
    return _("how sure it was")


def how_often_right() -> str:
    return _("how often it was right")


def learning_rate() -> str:
    return _("learning rate")


def loss() -> str:
    return _("loss")


def training_loss() -> str:
    return _("training")


def loss_after_epoch() -> str:
    return _("after each epoch")


def step() -> str:
    return _("step")


# Groups of faces


def group_of_faces(number: int, faces: int, name: str | None) -> str:
    if name is None:
        return ngettext("Group {number}: {count} face", "Group {number}: {count} faces", faces, number=number)
    return ngettext(
        "Group {number}: {name}, {count} face", "Group {number}: {name}, {count} faces", faces, number=number, name=name
    )


def naming_command(number: int, cousin: str | None) -> str:
    return _("cousinbot photos name {number} {name}", number=number, name=cousin or _("NAME"))


def groups_left(count: int) -> str:
    return ngettext(
        "{count} smaller group is not shown. Name some of these, and run “photos sort” again.",
        "{count} smaller groups are not shown. Name some of these, and run “photos sort” again.",
        count,
    )
