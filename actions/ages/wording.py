"""What is said of ages: in the report, in the chat and on the pages."""

from actions.ages.bands import Gap
from foundation.translation import _, ngettext


def band(first: int, last: int | None) -> str:
    if last is None:
        return _("{age} and older", age=first)
    if not first:
        return _("under {age}", age=last + 1)
    return _("{first} to {last}", first=first, last=last)


def missing(name: str, gap: Gap) -> str:
    """Of whom photos of which ages are wanted, and how many."""
    if gap.last is None:
        return _("{name}: no photos from the age of {first} on; two would help most.", name=name, first=gap.first)
    if gap.photos:
        return ngettext(
            "{name}: only {count} photo under {age}; two more would help most.",
            "{name}: only {count} photos under {age}; two more would help most.",
            gap.photos,
            name=name,
            age=gap.last + 1,
        )
    if not gap.first:
        return _("{name}: no photos under {age}; two would help most.", name=name, age=gap.last + 1)
    return _(
        "{name}: no photos between {first} and {last}; two would help most.",
        name=name,
        first=gap.first,
        last=gap.last,
    )


def photos_wanted() -> str:
    return _("Photos I am missing, as far as I know when they were taken:")


def please_send() -> str:
    return _("These photos would help me most. Do you have any? Put them into the cousins' folders, or on their pages.")


def before_birth(photo: str, cousin: str, birth: int, year: int) -> str:
    return _(
        "{photo} is dated {year}, but {cousin} was born in {birth}: it is somebody else, or the date is wrong",
        photo=photo,
        cousin=cousin,
        birth=birth,
        year=year,
    )
