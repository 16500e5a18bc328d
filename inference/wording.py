"""What is said of pictures that can't be used, of missing GPUs and of broken versions."""

from foundation.formats import number
from foundation.translation import _, ngettext
from inference.faults import Fault


def photo_refused(fault: Fault, most_bytes: int, most_pixels: int, longest_side: int) -> str:
    """For the guest who sent it."""
    match fault:
        case "empty":
            return _("That file is empty. Please send the photo again.")
        case "gone":
            return _("Telegram no longer has that picture. Please send it again.")
        case "too_big":
            return _(
                "That picture is larger than {size} MB. Please send it as a photo, not as a file.",
                size=number(most_bytes / 2**20),
            )
        case "unknown":
            return _("I can't read that file. Please send a JPEG, PNG, WebP, HEIC or GIF picture.")
        case "raw":
            return _("That is a camera's raw picture. Please send it as a JPEG.")
        case "damaged":
            return _("That picture is damaged. Please send it again.")
        case "too_many_pixels":
            return _(
                "That picture has more than {size} megapixels. Please send a smaller one.",
                size=number(most_pixels / 1e6),
            )
        case "too_long":
            return ngettext(
                "That picture is more than {count} pixel long. Please send a smaller one.",
                "That picture is more than {count} pixels long. Please send a smaller one.",
                longest_side,
            )
        case "too_much_memory":
            return _("That picture takes too much memory to open. Please send a smaller one.")
        case "too_slow":
            return _("That picture takes too long to open. Please send it as a photo, not as a file.")


def photo_unusable(fault: Fault, most_bytes: int, most_pixels: int, longest_side: int) -> str:
    """For the owner of the file, in a list of those that were left out."""
    match fault:
        case "empty":
            return _("the file is empty")
        case "gone":
            return _("the picture is gone")
        case "too_big":
            return _("the file is larger than {size} MB", size=number(most_bytes / 2**20))
        case "unknown":
            return _("the file can't be read as a picture: save it as JPEG, PNG, WebP, HEIC or GIF")
        case "raw":
            return raw_picture()
        case "damaged":
            return _("the picture is damaged")
        case "too_many_pixels":
            return _("the picture has more than {size} megapixels", size=number(most_pixels / 1e6))
        case "too_long":
            return ngettext(
                "the picture is more than {count} pixel long",
                "the picture is more than {count} pixels long",
                longest_side,
            )
        case "too_much_memory":
            return _("the picture takes too much memory to open")
        case "too_slow":
            return _("the picture takes too long to open")


def raw_picture() -> str:
    return _("a camera's raw picture, which can't be read: export it as JPEG with the program you view it with")


def no_nvidia_gpu() -> str:
    return _("There is no NVIDIA GPU here that can be used. Please set COUSINBOT_DEVICE=cpu, or auto.")


def no_apple_gpu() -> str:
    return _("There is no Apple GPU here that can be used. Please set COUSINBOT_DEVICE=cpu, or auto.")


def weights_altered() -> str:
    return _("its weights are not the ones that were saved with it")


def champion_unnamed() -> str:
    return _("I can't find out which version should answer. Please choose one with “cousinbot models rollback”.")


def stands_in(trouble: str, version: str) -> str:
    return _("{trouble} Until then {version} answers.", trouble=trouble, version=version)


def answers_from_memory(trouble: str, version: str) -> str:
    """Of files that were damaged after they had been read."""
    return _("{trouble} {version} goes on answering until the bot is stopped.", trouble=trouble, version=version)


def version_lacks(version: str, what: str) -> str:
    """Its own files are whole."""
    return _("Version {version} can't be loaded. {what}", version=version, what=what)


def version_broken(version: str, reason: str) -> str:
    return _(
        "Version {version} can't be loaded ({reason}). Please train again, or choose another version with"
        " “cousinbot models promote”.",
        version=version,
        reason=reason,
    )
