"""What the commands print, for whoever runs the bot."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from foundation.file_names import readable
from foundation.formats import clock, date, listed, number, percent, time_of
from foundation.translation import _, ngettext

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from actions.changes.left_behind import LeftBehind
    from data.changes.log import Change
    from data.store.statements import Status
    from foundation.statement import Statement
    from models.own_network.network import Feeding

# Every command


def unexpected(error: str, command: str) -> str:
    return _(
        "Something unexpected went wrong ({error}). “cousinbot --traceback {command} …” shows where; please report it.",
        error=error,
        command=command,
    )


def stopped() -> str:
    return _("Stopped before it was done. The same command starts it again.")


def nothing_changed() -> str:
    return _("Nothing was changed.")


def not_a_telegram_number(value: str) -> str:
    return _(
        "“{value}” is not a Telegram number; those look like 123456789."
        " “cousinbot admin --help” says how to find yours.",
        value=value,
    )


def did_not_work(why: str) -> str:
    return _("That did not work. {why}", why=why)


def photo_left_out(photo: str, reason: str) -> str:
    return _("left out: {photo}: {reason}", photo=photo, reason=reason)


def file_left_out(file: str, reason: str) -> str:
    return _("left out: {file}: {reason}", file=file, reason=reason)


def cousin_left_out(cousin: str) -> str:
    return _("left out: {cousin}: there are no photos in this folder", cousin=cousin)


def photos(count: int) -> str:
    return ngettext("{count} photo", "{count} photos", count)


def versions(count: int) -> str:
    return ngettext("{count} trained version", "{count} trained versions", count)


def files(count: int) -> str:
    return ngettext("{count} file", "{count} files", count)


# admin


def admin_added(user_id: int) -> str:
    return _("{user_id} is an admin now.", user_id=user_id)


def admin_already(user_id: int) -> str:
    return _("{user_id} was an admin already.", user_id=user_id)


def admin_in_settings(user_id: int) -> str:
    return _("{user_id} is an admin already, by COUSINBOT_ADMINS.", user_id=user_id)


def admin_stays_in_settings(user_id: str) -> str:
    return _(
        "{user_id} is named in COUSINBOT_ADMINS: please remove the number there, and restart the bot.", user_id=user_id
    )


def no_such_admin(user_id: str) -> str:
    return _("{user_id} is not an admin. “cousinbot admin list” shows them all.", user_id=user_id)


def admin_removed(user_id: str) -> str:
    return _("{user_id} is no longer an admin.", user_id=user_id)


def no_admins() -> str:
    return _("There are no admins yet. Send the bot a message: it answers with your number, for “cousinbot admin add”.")


def admins_header() -> tuple[str, ...]:
    return _("number"), _("name"), _("from")


def where_admin_stands(*, in_settings: bool) -> str:
    return "COUSINBOT_ADMINS" if in_settings else _("“cousinbot admin” or the chat")


# backup, restore


def saved(file: Path, photos: str, versions: str, files: str, size: int) -> str:
    """`size` in bytes."""
    return _(
        "Saved to {file}: {photos}, {versions}; {files} in all, {size} MB. The bot's token is not in it, so keep the"
        " file .env as well.",
        file=file,
        photos=photos,
        versions=versions,
        files=files,
        size=number(size / 1e6, 1),
    )


def restored(folder: Path, photos: str, versions: str, files: str) -> str:
    return _(
        "Restored to {folder}: {photos}, {versions}; {files} in all. Now check that everything works: cousinbot doctor",
        folder=folder,
        photos=photos,
        versions=versions,
        files=files,
    )


def facts_kept_apart(present: Path, restored: Path) -> str:
    return _(
        "There already is another {present}, so the one from the backup was saved as {restored}. Replace yours with it,"
        " or name it in COUSINBOT_FACTS.",
        present=present,
        restored=restored,
    )


# corrections


def no_corrections() -> str:
    return _("No corrections yet. They come from the ✗ button under the bot's answers.")


def corrections_header() -> tuple[str, ...]:
    return _("number"), _("status"), _("what"), _("said by"), _("when"), _("first used by")


def said_by(person: int) -> str:
    """A number on Telegram; 0: a program, which no person there is behind."""
    return str(person) if person else _("a program")


def no_such_correction(number: int) -> str:
    return _("There is no correction {number} to decide on. “cousinbot corrections list” shows them.", number=number)


def what_became_of_it(status: Status) -> str:
    match status:
        case "proposed":
            return _("proposed")
        case "accepted":
            return _("accepted")
        case "rejected":
            return _("rejected")


def what_was_said(statement: Statement) -> str:
    match statement.says:
        case "is":
            return _("is {cousin}", cousin=statement.cousin)
        case "not":
            return _("not {cousin}", cousin=statement.cousin)
        case "stranger":
            return _("stranger")
        case "not_a_face":
            return _("not a face")


def accepted(number: int) -> str:
    return _("Correction {number} is accepted.", number=number)


def rejected(number: int) -> str:
    return _("Correction {number} is rejected.", number=number)


def nothing_to_export() -> str:
    return _("There is nothing to copy yet: no accepted correction names a cousin.")


def copied(photos: int, folder: Path) -> str:
    return ngettext("{count} photo copied to {folder}.", "{count} photos copied to {folder}.", photos, folder=folder)


# demo


def demo_went_wrong() -> str:
    return _("The conversation did not go as it should. The lines marked ✗ show where.")


def demo_went_well() -> str:
    return _("Every answer was right.")


# evaluate


def named_right(share: float, photos: int, low: float, high: float) -> str:
    return ngettext(
        "the likeliest name is right, if it had to name everybody: {share} of {count} photo"
        " (most likely {low} to {high})",
        "the likeliest name is right, if it had to name everybody: {share} of {count} photos"
        " (most likely {low} to {high})",
        photos,
        share=percent(share, 1),
        low=percent(low, 1),
        high=percent(high, 1),
    )


def cousins_header(*, whole: bool) -> tuple[str, ...]:
    """`whole`: of pictures that may show things."""
    return _("name") if whole else _("cousin"), _("likeliest name is right")


def named_as_seen(named: float, asked: float) -> str:
    return _(
        "named correctly, as guests will see it: {named}; asked about, with the right name first: {asked}",
        named=percent(named, 1),
        asked=percent(asked, 1),
    )


def kinds_refused(share: float) -> str:
    return _("pictures of a kind it had never been shown, given no name: {share}", share=percent(share, 1))


def relatives_refused(share: float) -> str:
    return _(
        "relatives it had never been shown, asked about or recognised as unknown: {share}", share=percent(share, 1)
    )


def others_let_through(named: float, asked: float, others: int) -> str:
    return ngettext(
        "other pictures wrongly given a name: {named} of {count}; asked about: {asked}",
        "other pictures wrongly given a name: {named} of {count}; asked about: {asked}",
        others,
        named=percent(named, 1),
        asked=percent(asked, 1),
    )


def strangers_let_through(named: float, asked: float, strangers: int) -> str:
    return ngettext(
        "strangers wrongly given a cousin's name: {named} of {count}; asked about: {asked}",
        "strangers wrongly given a cousin's name: {named} of {count}; asked about: {asked}",
        strangers,
        named=percent(named, 1),
        asked=percent(asked, 1),
    )


def identified_at_one_percent(share: float) -> str:
    return _(
        "named correctly, when strict enough that only 1% of the others get a name (TPIR at 1% FAR): {share}",
        share=percent(share, 1),
    )


def calibration_error(error: float) -> str:
    return _(
        "how far its certainty is from how often it is right (calibration error, ECE; 0 is best): {error}",
        error=number(error, 3),
    )


def evaluated(photos: int, seconds: float) -> str:
    return ngettext(
        "{count} photo was left out (--json names it). This took {seconds} s.",
        "{count} photos were left out (--json names them). This took {seconds} s.",
        photos,
        seconds=number(seconds),
    )


# guess


def nothing_trained() -> str:
    return _("Nothing has been trained yet. Please run “cousinbot train” first.")


def file_unreadable(reason: str) -> str:
    return _("the file can't be opened ({reason})", reason=reason)


def no_such_file() -> str:
    return _("there is no such file")


def no_ordinary_file() -> str:
    return _("this is a pipe or a device, not a file; save the photo in a file and name that")


def photos_of_folder(folder: Path) -> str:
    return _("this is a folder; name the photos in it, as in: cousinbot guess {folder}/*.jpg", folder=folder)


def face_number(photo: str, number: int) -> str:
    return _("{photo}, face {number}", photo=photo, number=number)


def faces_left_out(photo: str, faces: int, left_out: int) -> str:
    return ngettext(
        "{photo}: there is {count} face on it, and I looked only at the largest ones ({faces}). For the others, cut out"
        " a part of it.",
        "{photo}: there are {count} faces on it, and I looked only at the largest ones ({faces}). For the others, cut"
        " out a part of it.",
        faces + left_out,
        photo=photo,
        faces=number(faces),
    )


def face_is(place: str, name: str, confidence: str) -> str:
    return _("{place}: {name}, {confidence} sure", place=place, name=name, confidence=confidence)


def face_may_be(place: str, name: str) -> str:
    return _("{place}: maybe {name}?", place=place, name=name)


def face_is_either(place: str, name: str, another: str) -> str:
    return _("{place}: {name} or {another}?", place=place, name=name, another=another)


def face_is_one_of(place: str, name: str, confidence: str, others: Sequence[str]) -> str:
    return _(
        "{place}: {name}, {confidence} sure; if not: {others}",
        place=place,
        name=name,
        confidence=confidence,
        others=listed(others, "or"),
    )


def other_name(name: str, confidence: str) -> str:
    return _("{name} ({confidence})", name=name, confidence=confidence)


def face_is_unknown(place: str, confidence: str) -> str:
    return _("{place}: nobody I know, {confidence} sure", place=place, confidence=confidence)


def picture_is_unknown(place: str, confidence: str) -> str:
    return _("{place}: nothing I know, {confidence} sure", place=place, confidence=confidence)


def face_too_small(place: str) -> str:
    return _("{place}: the face is too small to tell", place=place)


def face_too_dark(place: str) -> str:
    return _("{place}: the face is too dark to tell", place=place)


def face_too_blurred(place: str) -> str:
    return _("{place}: the face is too blurred to tell", place=place)


def face_too_far_turned(place: str) -> str:
    return _("{place}: the face is turned too far away to tell", place=place)


def picture_too_small(photo: str) -> str:
    return _("{photo}: there is no face to be found, and the picture is too small to tell", photo=photo)


def picture_too_dark(photo: str) -> str:
    return _("{photo}: there is no face to be found, and the picture is too dark to tell", photo=photo)


def picture_too_blurred(photo: str) -> str:
    return _("{photo}: there is no face to be found, and the picture is too blurred to tell", photo=photo)


def picture_without_face(photo: str) -> str:
    return _("{photo}: there is no face to be found", photo=photo)


def whole_picture() -> str:
    return _("  (There was no face to be found, so this goes by the whole picture.)")


# models


def no_versions() -> str:
    return _("Nothing has been trained yet. Please run “cousinbot train”.")


def versions_header(*, whole: bool) -> tuple[str, ...]:
    known = _("names") if whole else _("cousins")
    return "", _("version"), _("trained"), _("architecture"), known, _("named correctly")


def passed_over(version: str, trouble: str) -> str:
    return _("{version} is passed over. {trouble}", version=version, trouble=trouble)


def answers_now(version: str) -> str:
    return _("{version} answers now.", version=version)


def version_is(version: str, created: datetime, *, answers: bool) -> str:
    if answers:
        return _("{version}, trained on {time} UTC, answers now.", version=version, time=time_of(created))
    return _("{version}, trained on {time} UTC, does not answer now.", version=version, time=time_of(created))


def learned(architecture: str, photos: int, cousins: int, corrections: int) -> str:
    return _(
        "Network: {architecture}. Photos: {photos}. Names: {cousins}. Corrections it learned from: {corrections}.",
        architecture=architecture,
        photos=photos,
        cousins=cousins,
        corrections=corrections,
    )


def names_rightly(share: float, photos: int, low: float, high: float) -> str:
    return ngettext(
        "Of {count} photo it had not seen, it names {share} correctly (most likely {low} to {high}).",
        "Of {count} photos it had not seen, it names {share} correctly (most likely {low} to {high}).",
        photos,
        share=percent(share, 1),
        low=percent(low, 1),
        high=percent(high, 1),
    )


def measured_before_forgetting() -> str:
    return _("That was measured before some of its photos were deleted. “cousinbot train” measures a fresh version.")


def some_before_forgetting() -> str:
    return _("*: measured before some of its photos were deleted. “cousinbot train” measures a fresh version.")


def refuses_kinds(share: float) -> str:
    return _(
        "Of pictures of a kind it had never been shown, it gives no name to {share}.",
        share=percent(share, 1),
    )


def refuses_relatives(share: float) -> str:
    return _(
        "Of relatives it had never been shown, it says that it doesn't know them in {share} of the photos.",
        share=percent(share, 1),
    )


def shown_cousins_header(*, whole: bool) -> tuple[str, ...]:
    return _("name") if whole else _("cousin"), _("photos"), _("named correctly")


def better_known(cousins: int, *, whole: bool) -> str:
    if whole:
        return ngettext(
            "and {count} kind that it knows as well or better (--json has all of them)",
            "and {count} kinds that it knows as well or better (--json has all of them)",
            cousins,
        )
    return ngettext(
        "and {count} cousin whom it knows as well or better (--json has everybody)",
        "and {count} cousins whom it knows as well or better (--json has everybody)",
        cousins,
    )


def mixed_up(cousin: str, named: str, photos: int) -> str:
    return ngettext(
        "It took {cousin} for {named} in {count} photo.",
        "It took {cousin} for {named} in {count} photos.",
        photos,
        cousin=cousin,
        named=named,
    )


def left_out_of_version(photos: int) -> str:
    return ngettext(
        "{count} photo was left out (--json says why).", "{count} photos were left out (--json says why).", photos
    )


# photos


def who_is_it(folder: Path, name: str, inner: str) -> str:
    """`inner` are the folders in it; empty where it has none."""
    if not inner:
        return _("Do all photos in {folder} show one cousin who is called {name}?", folder=folder, name=name)
    return _(
        "Whose photos are in {folder}? “one”: they all show one cousin who is called {name}. “each”: each folder in it"
        " ({inner}) is a cousin's.",
        folder=folder,
        name=name,
        inner=inner,
    )


def same_person(folders: Sequence[str], cousins: Sequence[str]) -> str:
    return _("Is this the same person: {names}?", names=readable(", ".join((*folders, *cousins))))


def whom_to_take(names: str) -> str:
    """`names` with how many photos each is on."""
    return _(
        "These people are named: {names}.\nWhom should I take? Type their names with commas between them, or press"
        " Enter for all",
        names=names,
    )


def nobody_of_these(names: Sequence[str]) -> str:
    return ngettext(
        "Nobody is called {names} there.",
        "None of {names} is named there.",
        len(names),
        names=readable(", ".join(names)),
    )


def immich_key(address: str) -> str:
    return _("The key for {address} (Account Settings, API Keys)", address=address)


def import_stopped() -> str:
    return _("Stopped. What was imported so far stays; give the same command again to go on.")


def export_stopped() -> str:
    return _("Stopped. The names that were written so far stay; give the same command again to go on.")


def not_used(folder: Path, photos: int) -> str:
    return ngettext(
        "not used: {count} photo in {folder}. What counts lies directly in a cousin's folder and has an ending such as"
        " .jpg or .png.",
        "not used: {count} photos in {folder}. What counts lies directly in a cousin's folder and has an ending such as"
        " .jpg or .png.",
        photos,
        folder=folder,
    )


def photos_header() -> tuple[str, ...]:
    return _("cousin"), _("photos")


def usable_photos_header(*, whole: bool) -> tuple[str, ...]:
    return _("name") if whole else _("cousin"), _("usable photos")


def sheet_not_written(file: Path, reason: str) -> str:
    return _(
        "The contact sheet can't be saved as {file} ({reason}). Choose another file with --sheet.",
        file=file,
        reason=reason,
    )


def copies(files: str) -> str:
    return _("copies of one picture: {files}", files=files)


def burst(files: str) -> str:
    return _("taken within a moment: {files}", files=files)


def alike(files: str) -> str:
    return _("much alike: {files}", files=files)


def wrong_name(photo: str, looks_like: str) -> str:
    return _("wrong name? {photo} looks more like {looks_like}", photo=photo, looks_like=looks_like)


def wrong_label(photo: str, looks_like: str) -> str:
    return _("wrong cousin? {photo} looks more like {looks_like}", photo=photo, looks_like=looks_like)


def mixed_up_face(photo: str, looks_like: str) -> str:
    return _("wrong face? the one chosen in {photo} looks more like {looks_like}", photo=photo, looks_like=looks_like)


def pictures_shown(file: Path) -> str:
    return _("They are shown in {file}: open it in a browser.", file=file)


def pictures_checked(left_out: int, alike: int, doubtful: int) -> str:
    return _(
        "left out: {left_out}; groups of copies or much alike: {alike}; possibly the wrong name: {doubtful}. Nothing"
        " was changed.",
        left_out=left_out,
        alike=alike,
        doubtful=doubtful,
    )


def sheet_written(file: Path) -> str:
    return _("The faces are shown in {file}: open it in a browser.", file=file)


def checked(several: int, left_out: int, alike: int, doubtful: int, mixed_up: int, too_early: int) -> str:
    return _(
        "photos with several faces: {several}; left out: {left_out}; groups of copies or bursts: {alike}; possibly the"
        " wrong cousin: {doubtful}; possibly the wrong face: {mixed_up}; dated before a birth: {too_early}."
        " Nothing was changed.",
        several=several,
        left_out=left_out,
        alike=alike,
        doubtful=doubtful,
        mixed_up=mixed_up,
        too_early=too_early,
    )


def unclear_photos(photos: int) -> str:
    return ngettext(
        "In {count} photo I can't tell which face is the cousin's. You can show me: on the page Review, with /faces in"
        " the chat, or with “cousinbot photos point”; “cousinbot photos check” numbers the faces.",
        "In {count} photos I can't tell which face is the cousin's. You can show me: on the page Review, with /faces in"
        " the chat, or with “cousinbot photos point”; “cousinbot photos check” numbers the faces.",
        photos,
    )


# photos point


def not_filed_under(cousin: str, photo: Path) -> str:
    return _(
        "{photo} is no photo that is filed under {cousin}. Write both as “photos check” prints them.",
        photo=photo,
        cousin=cousin,
    )


def no_such_face(photo: Path, faces: int) -> str:
    return ngettext(
        "{photo} shows {count} face: say 1, none or undo.",
        "{photo} shows {count} faces: say a number from 1 to {count}, none or undo.",
        faces,
        photo=photo,
    )


def pointed_at(cousin: str, photo: Path, face: str) -> str:
    return _(
        "Face {face} of {photo} is {cousin}'s: the next training goes by it.", face=face, photo=photo, cousin=cousin
    )


def none_is(cousin: str, photo: Path) -> str:
    return _("No face of {photo} is {cousin}'s: no training learns it as theirs.", photo=photo, cousin=cousin)


def pointing_taken_back(cousin: str, photo: Path) -> str:
    return _("Taken back: training decides by itself which face of {photo} is {cousin}'s.", photo=photo, cousin=cousin)


# photos rename, merge, undo


def will_be_called(old: str, name: str, key: str) -> str:
    return _("{old} will be called {name}, and their folder photos/{key}.", old=old, name=name, key=key)


def will_be_merged(old: str, name: str, key: str) -> str:
    return _("{old} and {key} will be one person: {name}, in the folder photos/{key}.", old=old, name=name, key=key)


def what_follows(photos: int, corrections: int, versions: int) -> str:
    return "\n".join(
        [
            ngettext("• {count} photo of theirs", "• {count} photos of theirs", photos),
            ngettext("• {count} correction about them", "• {count} corrections about them", corrections),
            ngettext("• {count} version that knows them", "• {count} versions that know them", versions),
        ]
    )


def really_rename() -> str:
    return _("Rename them?")


def really_merge() -> str:
    return _("Make them one?")


def renamed(old: str, name: str) -> str:
    """By the names that people know, as `merged`."""
    return _("{old} is called {name} now. “cousinbot photos undo” takes that back.", old=old, name=name)


def merged(old: str, name: str) -> str:
    return _("{old} and {name} are one person now. “cousinbot photos undo” takes that back.", old=old, name=name)


def facts_by_hand(trouble: str) -> str:
    return _("The facts file could not be changed, so please do that by hand. {trouble}", trouble=trouble)


def no_changes_yet() -> str:
    return _("Nothing has been renamed, merged or imported yet.")


def nothing_to_undo() -> str:
    return _("There is nothing to take back.")


def changes_header() -> tuple[str, ...]:
    return _("when"), _("what"), _("photos"), ""


def what_changed(change: Change) -> str:
    if change.kind == "removal":
        return _("photo of {old} deleted", old=change.old or "")
    if change.kind == "import":
        return _("photos imported")
    if change.kind == "naming":
        return _("a group of faces named {new}", new=change.new or "")
    if change.kind == "grouping":
        return _("groups of faces put in order")
    if change.kind == "merge":
        return _("{old} merged into {new}", old=change.old or "", new=change.new or "")
    return _("{old} renamed to {new}", old=change.old or "", new=change.new or "")


def was_taken_back(change: Change) -> str:
    return _("taken back") if change.undo is None else ""


def will_be_taken_back(change: Change) -> str:
    old, new, photos = change.old or "", change.new or "", change.photos
    match change.kind:
        case "removal":
            return _("The newest change: a photo of {old} was deleted.", old=old)
        case "import":
            return ngettext(
                "The newest change: {count} photo was imported.",
                "The newest change: {count} photos were imported.",
                photos,
            )
        case "naming":
            return ngettext(
                "The newest change: a group of faces was named {new} ({count} photo).",
                "The newest change: a group of faces was named {new} ({count} photos).",
                photos,
                new=new,
            )
        case "grouping":
            return ngettext(
                "The newest change: groups of faces were put in order ({count} photo).",
                "The newest change: groups of faces were put in order ({count} photos).",
                photos,
            )
        case "merge":
            return ngettext(
                "The newest change: {old} was merged into {new} ({count} photo).",
                "The newest change: {old} was merged into {new} ({count} photos).",
                photos,
                old=old,
                new=new,
            )
        case "rename":
            return ngettext(
                "The newest change: {old} was renamed to {new} ({count} photo).",
                "The newest change: {old} was renamed to {new} ({count} photos).",
                photos,
                old=old,
                new=new,
            )


def really_undo() -> str:
    return _("Take it back?")


def left_behind(left: Sequence[LeftBehind]) -> str:
    return "\n".join(_left_behind(one.cousin, one.statements, one.folder) for one in left)


def _left_behind(cousin: str, corrections: int, folder: str | None) -> str:
    quoted = shlex.quote(cousin)
    if folder is not None:
        return ngettext(
            "{count} correction speaks of {cousin}, who has no folder; their photos seem to lie in photos/{folder}. If"
            " they were renamed: cousinbot photos rename {quoted} {other}",
            "{count} corrections speak of {cousin}, who has no folder; their photos seem to lie in photos/{folder}. If"
            " they were renamed: cousinbot photos rename {quoted} {other}",
            corrections,
            cousin=cousin,
            folder=folder,
            quoted=quoted,
            other=shlex.quote(folder),
        )
    return ngettext(
        "{count} correction speaks of {cousin}, who has no folder. If they have another name now: cousinbot photos"
        " rename {quoted} NEW. If they should be forgotten: cousinbot photos forget {quoted}. If nothing is wrong, make"
        " the folder photos/{cousin}.",
        "{count} corrections speak of {cousin}, who has no folder. If they have another name now: cousinbot photos"
        " rename {quoted} NEW. If they should be forgotten: cousinbot photos forget {quoted}. If nothing is wrong, make"
        " the folder photos/{cousin}.",
        corrections,
        cousin=cousin,
        quoted=quoted,
    )


def change_interrupted() -> str:
    return _(
        "A rename, a merge or an import is under way, or was interrupted. If no such command is running any more,"
        " “cousinbot photos list” finishes it, or says what stands in the way."
    )


def nobody_left_behind() -> str:
    return _("Everybody whom corrections name has a folder.")


# photos forget


def nothing_to_forget(cousin: str) -> str:
    return _("There is nothing of {cousin} to delete.", cousin=cousin)


def nothing_but_facts(cousin: str, facts: Path) -> str:
    return _(
        "There is nothing of {cousin} to delete, except in {facts}. Add --facts to delete that as well.",
        cousin=cousin,
        facts=facts,
    )


def traces(cousin: str) -> str:
    return _("This is what there is of {cousin}:", cousin=cousin)


def files_in(files: int, folder: Path) -> str:
    return ngettext("• {count} file in {folder}", "• {count} files in {folder}", files, folder=folder)


def photos_that_stay(photos: int) -> str:
    return ngettext(
        "• {count} photo with another cousin, which stays for that cousin",
        "• {count} photos with other cousins, which stay for those cousins",
        photos,
    )


def unshared(cousin: str, photo: Path) -> str:
    return _(
        "{photo} is no longer filed under {cousin}. Run “cousinbot train” for the bot to learn that.",
        photo=photo,
        cousin=cousin,
    )


def photos_of_them_alone(cousin: str, photos: Sequence[Path]) -> str:
    return ngettext(
        "• {count} photo that is filed under another cousin too, and shows nobody but {cousin}: {photos}",
        "• {count} photos that are filed under other cousins too, and show nobody but {cousin}: {photos}",
        len(photos),
        cousin=cousin,
        photos=readable(", ".join(map(str, photos))),
    )


def unclear_too(cousin: str, photos: Sequence[Path]) -> str:
    return ngettext(
        "I can't tell whether this photo shows {cousin} or another cousin: {photos}. Delete it too?",
        "I can't tell whether these photos show {cousin} or another cousin: {photos}. Delete them too?",
        len(photos),
        cousin=cousin,
        photos=readable(", ".join(map(str, photos))),
    )


def photos_from_guests(photos: int) -> str:
    return ngettext(
        "• {count} photo that guests sent, with all the faces in it",
        "• {count} photos that guests sent, with all the faces in them",
        photos,
    )


def versions_trained_on(versions: int) -> str:
    return ngettext("• {count} version trained on their photos", "• {count} versions trained on their photos", versions)


def really_delete() -> str:
    return _("Delete all of it? This can't be undone.")


def database_still_read() -> str:
    return _(
        "Everything is deleted, but another program is still reading the database as it was before. Please close it:"
        " the last traces go when it ends, and this command waits for that."
    )


def forgotten(cousin: str) -> str:
    return _("Everything of {cousin} has been deleted.", cousin=cousin)


def versions_deleted(versions: Sequence[str]) -> str:
    return _("Versions deleted: {versions}.", versions=", ".join(versions))


def nobody_left() -> str:
    return _("There is nobody left to recognise. The bot knows nobody until you train again.")


def answers_without(version: str) -> str:
    return _("{version} answers now: the same, but without them. “cousinbot train” makes a fresh one.", version=version)


def facts_still_name(facts: Path) -> str:
    return _("{facts} still names them. With --facts, that would have been deleted as well.", facts=facts)


def photos_outside(folder: Path) -> str:
    return _(
        "Their photos in {folder} are still there, because there was only a link to them. Please delete them yourself.",
        folder=folder,
    )


def look_at_what_stayed(cousin: str, photos: Sequence[Path]) -> str:
    return ngettext(
        "This photo stays, because it was in somebody else's folder too. If it shows {cousin} alone, please delete it:"
        " {photos}",
        "These photos stay, because they were in somebody else's folder too. If one shows {cousin} alone, please delete"
        " it: {photos}",
        len(photos),
        cousin=cousin,
        photos=readable(", ".join(map(str, photos))),
    )


def names_beside_photos(cousin: str, files: int) -> str:
    return ngettext(
        "• {count} file that “photos export” wrote beside photos, with this name in it: {cousin}",
        "• {count} files that “photos export” wrote beside photos, with this name in them: {cousin}",
        files,
        cousin=cousin,
    )


def sidecar_not_reached(file: Path) -> str:
    return _(
        "{file} can't be reached, or can't be written, and may still name them. Please take them out of it yourself.",
        file=file,
    )


def not_searched() -> str:
    return _(
        "They may still be in group photos in other cousins' folders, in earlier backups and in the chats on Telegram."
        " Please look there yourself."
    )


# train


def trained(version: str, share: float, photos: int, low: float, high: float) -> str:
    return ngettext(
        "{version}: of {count} photo it had not seen before, it names {share} correctly (most likely {low} to {high}).",
        "{version}: of {count} photos it had not seen before, it names {share} correctly"
        " (most likely {low} to {high}).",
        photos,
        version=version,
        share=percent(share, 1),
        low=percent(low, 1),
        high=percent(high, 1),
    )


def asks_rightly(share: float) -> str:
    return _("It asks about another {share}, with the right name first: “Maybe Chloe?”.", share=percent(share, 1))


def goes_on_with_pictures(architecture: str) -> str:
    return _(
        "The version that answers goes by whole pictures, and so will this one ({architecture}). To train another way,"
        " give --arch or --crop.",
        architecture=architecture,
    )


def goes_on(architecture: str) -> str:
    return _(
        "The network of the version that answers was chosen, so this one has it too ({architecture}). For another, give"
        " --arch; “--arch fused” is the default.",
        architecture=architecture,
    )


def learned_from(corrections: int, seconds: float) -> str:
    return ngettext(
        "It learned from {count} correction. Training took {seconds} s.",
        "It learned from {count} corrections. Training took {seconds} s.",
        corrections,
        seconds=number(seconds),
    )


def own_network_kept(file: Path, kept: Path) -> str:
    return _("I keep {file} as {kept}, for as long as a version needs it.", file=file, kept=kept)


def own_network_dropped(file: str) -> str:
    return _("No version needs the network {file} any more: it was deleted.", file=file)


def own_network_on_processor() -> str:
    return _("A network of your own runs on the processor, not on the GPU.")


def feeding(way: Feeding) -> str:
    """How a network takes the pixels of a face."""
    order = _("red first") if way.startswith("rgb") else _("blue first")
    scale = _("0 to 255") if way.endswith("raw") else _("-1 to 1")
    return _("{order}, {scale}", order=order, scale=scale)


def feeding_tried(way: str, share: float) -> str:
    return _("{way}: {share}", way=way, share=percent(share, 1))


def feeding_chosen(chosen: str, tried: Mapping[str, float]) -> str:
    return _(
        "It wants to see faces like this: {chosen}. So it tells your cousins apart best ({tried}).",
        chosen=chosen,
        tried="; ".join(feeding_tried(way, share) for way, share in tried.items()),
    )


def feeding_untried(chosen: str) -> str:
    return _(
        "There are too few photos to try how it wants to see faces. I take what is most common: {chosen}.",
        chosen=chosen,
    )


def promoted(version: str, reason: str) -> str:
    return _("{version} answers from now on. {reason}", version=version, reason=reason)


def not_promoted(version: str, reason: str) -> str:
    return _("{version} does not answer for now. {reason}", version=version, reason=reason)


def report(file: Path) -> str:
    return _("Report: {file}", file=file)


def training_stopped() -> str:
    return _("The training was stopped, and nothing has changed. `cousinbot train` starts it again.")


def another_run() -> str:
    return _(
        "Another training is already under way. Please wait until it ends, or cancel it with /retrain in the chat."
    )


def run_kept_away(command: str) -> str:
    return _(
        "“cousinbot {command}” is at work on the cousins right now. Please wait until it has ended, then train.",
        command=command,
    )


def no_such_run(run: int) -> str:
    return _("There is no run {run} that waits for its process.", run=run)


# doctor


def all_well() -> str:
    return _("All is well.")


def settings_wrong(error: str) -> str:
    return _("{error} Nothing else can be checked until this is right.", error=error)


def no_home(folder: Path) -> str:
    return _("There is no folder {folder}. “cousinbot photos import” creates it, or set COUSINBOT_HOME.", folder=folder)


def not_looked_at(why: str) -> str:
    return _("This could not be checked. {why}", why=why)


def nobody_corrects() -> str:
    return _(
        "Nobody can correct the bot yet. Send it a message, and it tells you what to do; or make a link to the pages:"
        " cousinbot web link --admin"
    )


def invitation_guessable(least: int) -> str:
    return ngettext(
        "COUSINBOT_INVITE has fewer than {count} character, so strangers could guess it. While they try, it lets"
        " nobody in. Please choose a longer one, or use /invite.",
        "COUSINBOT_INVITE has fewer than {count} characters, so strangers could guess it. While they try, it lets"
        " nobody in. Please choose a longer one, or use /invite.",
        least,
    )


def pages_without_telegram() -> str:
    return _("There is no token, so only the pages are served (cousinbot web).")


def links_lead_here() -> str:
    return _(
        "The pages can be reached from other devices, but links lead to “localhost”, which is each device itself."
        " Please set COUSINBOT_WEB_URL to this computer's address; docs/web.md says how."
    )


def proxies_missing() -> str:
    return _(
        "COUSINBOT_WEB_URL is https, so a reverse proxy stands before the pages, and COUSINBOT_WEB_PROXIES names none."
        " Then everybody seems to come from the proxy, and one who tries wrong links shuts all out for a minute. Please"
        " set it to the proxy's address, often 127.0.0.1."
    )


def pages_at(url: str, people: int) -> str:
    return ngettext(
        "The pages are at {url}; {count} person is signed in.",
        "The pages are at {url}; {count} people are signed in.",
        people,
        url=url,
    )


def pages_open() -> str:
    return _("COUSINBOT_WEB_OPEN is on: every program on this computer may ask, without a key.")


def admins_and_groups(admins: int, groups: int) -> str:
    return _("Admins: {admins}. Groups: {groups}.", admins=admins, groups=groups)


def folder_not_writable(folder: Path, why: str) -> str:
    return _("{folder} can't be written to. {why}", folder=folder, why=why)


def let_this_user_write(reason: str) -> str:
    return _("Please give this user write access ({reason}).", reason=reason)


def folder_writable(folder: Path) -> str:
    return _("{folder} can be written to.", folder=folder)


def others_can_read(paths: str) -> str:
    return _(
        "Other users of this computer can read the family's files. This closes them: chmod go= {paths}", paths=paths
    )


def private() -> str:
    return _("Only this user can read the family's files.")


def disk_almost_full(free: float) -> str:
    return _(
        "Only {free} GB are free. Please free up some space, or soon no photo can be answered.", free=number(free, 1)
    )


def disk_tight(free: float) -> str:
    return _("{free} GB are free: enough for photos, hardly enough for training.", free=number(free, 1))


def disk_free(free: float) -> str:
    return _("{free} GB are free.", free=number(free, 1))


def bot_running(process: str) -> str:
    return _("The bot is running (process {process}).", process=process)


def bot_running_somewhere() -> str:
    return _("The bot is running.")


def bot_not_running() -> str:
    return _("The bot is not running on this computer. This starts it: cousinbot run, or cousinbot web")


def no_database() -> str:
    return _("There is no database yet. The bot creates it when it first starts.")


def database_unreadable(why: str) -> str:
    return _("The database can't be read. {why}", why=why)


def restore_a_backup(reason: str) -> str:
    return _("Please restore a backup ({reason}).", reason=reason)


def database_newer() -> str:
    return _(
        "The database was made by a newer version of cousinbot. Please update cousinbot, or restore an older backup."
    )


def database_damaged(reason: str) -> str:
    return _("The database is damaged ({reason}). Please restore a backup.", reason=reason)


def database_rows_missing() -> str:
    return _("The database is damaged: rows are missing. Please restore a backup.")


def database_whole(schema: int) -> str:
    return _("The database is in good order (format {schema}).", schema=schema)


def database_older(schema: int) -> str:
    return _(
        "The database is in good order (format {schema}). The bot will bring it up to date when it next starts.",
        schema=schema,
    )


def messages_set_aside(messages: int) -> str:
    return ngettext(
        "{count} message could not be handled and is kept for two days. The log says why.",
        "{count} messages could not be handled and are kept for two days. The log says why.",
        messages,
    )


def messages_waiting(messages: int) -> str:
    return ngettext(
        "All messages could be handled; {count} is waiting.",
        "All messages could be handled; {count} are waiting.",
        messages,
    )


def photos_and_cousins(photos: int, cousins: int, *, whole: bool) -> str:
    if whole:
        return _("Photos: {photos}. Kinds: {kinds}.", photos=number(photos), kinds=number(cousins))
    return _("Photos: {photos}. Cousins: {cousins}.", photos=number(photos), cousins=number(cousins))


def photos_too_few(fewest: int, cousins: Sequence[str]) -> str:
    return _(
        "Training leaves out who has too few photos (it needs {fewest} of each): {cousins}. Please add more.",
        fewest=fewest,
        cousins=", ".join(cousins),
    )


def folders_of_one(cousin: str, folders: int) -> str:
    return ngettext(
        "{count} folder is called {cousin}, with its accents stored in different ways. They count as one cousin.",
        "{count} folders are called {cousin}, with their accents stored in different ways. They count as one cousin.",
        folders,
        cousin=cousin,
    )


def folder_passed_over(folder: Path) -> str:
    return _(
        "The photos in {folder} are not used: a cousin's folder must begin with a letter or a digit. Please rename it.",
        folder=folder,
    )


def facts_of(file: Path, cousins: int) -> str:
    return ngettext("{file} describes {count} cousin.", "{file} describes {count} cousins.", cousins, file=file)


def facts_missing_in(language: str, cousins: Sequence[str]) -> str:
    return _(
        "Nothing is written in this language yet: {language}, about {cousins}. Until there is, people who read it get"
        " what there is in another.",
        language=language,
        cousins=", ".join(cousins),
    )


def decoders_confined(landlock: int) -> str:
    return _(
        "Pictures are opened in a locked room: a harmful one can't get at anything else (Landlock {version}).",
        version=landlock,
    )


def decoders_limited() -> str:
    return _(
        "Pictures are opened in a locked room: a harmful one can't read anything else. This system can't keep it from"
        " deleting files too; a newer Linux could (Landlock)."
    )


def detector_there() -> str:
    return _("Faces are found well (YuNet).")


def detector_missing(file: str, folder: Path) -> str:
    return _(
        "Fewer faces are found than could be: the better face finder (YuNet) is missing or damaged. “cousinbot run”"
        " downloads it if there is a network, or you can put {file} into {folder}.",
        file=file,
        folder=folder,
    )


def network_there() -> str:
    return _("The network that tells faces apart is there.")


def own_network_there(version: str) -> str:
    return _("The network of your own that {version} needs is there.", version=version)


def version_needs(version: str, what: str) -> str:
    """Whatever is missing is said in a sentence of its own."""
    return _("{version} can't answer. {what}", version=version, what=what)


def second_network_there() -> str:
    return _("The second face network (MobileFaceNet) is there: with it, answers are surer.")


def second_network_missing(files: Sequence[str], folder: Path) -> str:
    return _(
        "The second face network (MobileFaceNet) is missing or damaged: new versions tell relatives apart a little less"
        " well. “cousinbot train” downloads it if there is a network, or you can put {files} into {folder}.",
        files=", ".join(files),
        folder=folder,
    )


def device_gpu(name: str) -> str:
    return _("The GPU {name} is used.", name=name)


def device_processor() -> str:
    return _("The processor is used.")


def device_apple() -> str:
    return _("Apple's GPU is used.")


def version_answers(version: str, cousins: int, *, whole: bool) -> str:
    if whole:
        return ngettext(
            "{version} answers, and knows {count} kind.",
            "{version} answers, and knows {count} kinds.",
            cousins,
            version=version,
        )
    return ngettext(
        "{version} answers, and knows {count} cousin.",
        "{version} answers, and knows {count} cousins.",
        cousins,
        version=version,
    )


def other_detector(detector: str) -> str:
    return _("This version was trained with another face detector ({detector}). Please train again.", detector=detector)


def cousins_unknown_to_it(cousins: Sequence[str], *, whole: bool) -> str:
    if whole:
        return _(
            "There are photos of kinds that this version does not know yet: {cousins}. Please run “cousinbot train”.",
            cousins=", ".join(cousins),
        )
    return _(
        "There are photos of cousins whom this version does not know yet: {cousins}. Please run “cousinbot train”.",
        cousins=", ".join(cousins),
    )


def telegram_unreachable(address: str, reason: str) -> str:
    return _(
        "{address} can't be reached. Please check that this computer is online. The reason given: {reason}.",
        address=address,
        reason=reason,
    )


def files_of_no_server() -> str:
    return _(
        "COUSINBOT_TELEGRAM_FILES is for a Bot API server of your own. Please set COUSINBOT_TELEGRAM_API to its"
        " address, or remove COUSINBOT_TELEGRAM_FILES."
    )


def files_unreadable(folder: Path, reason: str) -> str:
    return _(
        "{folder}, which COUSINBOT_TELEGRAM_FILES names, can't be read ({reason}). Please let this user read it.",
        folder=folder,
        reason=reason,
    )


def files_readable(folder: Path) -> str:
    return _("Files of your own Bot API server are read from {folder}.", folder=folder)


def token_known(name: str) -> str:
    return _("Telegram knows the token: @{name}.", name=name)


def token_unknown() -> str:
    return _("Telegram does not know COUSINBOT_TELEGRAM_TOKEN. Please copy it again from @BotFather.")


def telegram_failing(status: int) -> str:
    return _("Telegram itself has a problem ({status}). Please try again later.", status=status)


def clock_off(seconds: float) -> str:
    return _(
        "This computer's clock differs from Telegram's by {seconds} s. Please have it set by the network: timedatectl"
        " set-ntp true",
        seconds=number(seconds),
    )


def clock_agrees() -> str:
    return _("This computer's clock agrees with Telegram's.")


def clock_behind(moment: datetime) -> str:
    return _(
        "This computer's clock says {day}. Please have it set by the network: timedatectl set-ntp true",
        day=date(moment),
    )


def clock_says(moment: datetime) -> str:
    return _("This computer's clock says {day}, {time} UTC.", day=date(moment), time=clock(moment))


# web


def admin_or_person() -> str:
    return _("Please give either --admin or --person: somebody who has been there stays what they are.")


def link_lasts() -> str:
    return _("It works once, within ten minutes.")


def invitation_lasts() -> str:
    return _("It lets several people in, for a week. “cousinbot web revoke --links” takes it back.")


def opens_here_only() -> str:
    return _(
        "It opens on this computer only. For phones and other computers, set COUSINBOT_WEB_URL to the address under"
        " which they reach the pages; docs/web.md says how."
    )


def people_header() -> tuple[str, ...]:
    return (_("name"), _("number"), _("devices"), _("until"))


def nobody_signed_in() -> str:
    return _("Nobody is signed in on the pages. “cousinbot web link” lets somebody in.")


def open_invitations(count: int) -> str:
    return ngettext("{count} invitation is open.", "{count} invitations are open.", count)


def person_or_links() -> str:
    return _("Please say whom to sign out, or --links to take back all links.")


def links_taken_back(count: int) -> str:
    if not count:
        return _("No link was open.")
    return ngettext("{count} link was taken back.", "{count} links were taken back.", count)


def signed_out_everywhere(name: str) -> str:
    return _("{name} is signed out everywhere.", name=name)


def nobody_of_that_name(wanted: str, names: Sequence[str]) -> str:
    known = ", ".join(names) or _("nobody yet")
    return _("Nobody is called “{wanted}”. I know: {known}.", wanted=wanted, known=known)


def several_of_that_name(wanted: str, numbers: Sequence[str]) -> str:
    return _(
        "Several people are called “{wanted}”. Please give a number: {numbers}",
        wanted=wanted,
        numbers=", ".join(numbers),
    )


def key_needs_name() -> str:
    return _("Please give the key a name by which you know the program, for example: cousinbot web key add robot")


def key_there_already(name: str) -> str:
    return _(
        "There is a key “{name}” already. To replace it, first take it back: cousinbot web key revoke {argument}",
        name=name,
        argument=shlex.quote(name),
    )


def no_keys() -> str:
    return _("There are no keys yet. “cousinbot web key add NAME” makes one.")


def keys_header() -> tuple[str, ...]:
    return (_("name"), _("may"), _("since"))


def role_of_key(*, is_admin: bool) -> str:
    return _("correct at once") if is_admin else _("ask")


def no_such_key(name: str) -> str:
    return _("There is no key “{name}”. “cousinbot web key list” shows them all.", name=name)


def key_taken_back(name: str) -> str:
    return _("The key “{name}” is taken back.", name=name)


# photos sort, photos name


def sorting_stopped() -> str:
    return _("Stopped. What was looked at is kept: the same command goes on from there.")


def groups_header() -> tuple[str, ...]:
    return (_("group"), _("cousin"), _("faces"))


def more_groups(count: int) -> str:
    return ngettext("… and {count} smaller group", "… and {count} smaller groups", count)


def faces_sorted(photos: int, new: int, groups: int, apart: int) -> str:
    return _(
        "Photos: {photos}, new among them: {new}. Groups: {groups}. Faces that are like no other: {apart}.",
        photos=number(photos),
        new=number(new),
        groups=number(groups),
        apart=number(apart),
    )


def nobody_on(photos: int) -> str:
    return ngettext("On {count} photo no face was found.", "On {count} photos no face was found.", photos)


def own_border(cousins: int) -> str:
    return ngettext(
        "How alike faces must be was measured on the photos of your {count} cousin.",
        "How alike faces must be was measured on the photos of your {count} cousins.",
        cousins,
    )


def shipped_border() -> str:
    return _(
        "How alike faces must be was measured on other families. Once three cousins have five photos each, it is"
        " measured on yours."
    )


def nobody_recognised() -> str:
    return _(
        "The version that answers uses another network, so nobody was recognised. After the next “cousinbot train”,"
        " sort again."
    )


def groups_sheet(page: Path) -> str:
    return _("The faces are on {page}: open it in a browser.", page=page)


def name_the_groups(group: int) -> str:
    return _("Say whose a group is: cousinbot photos name {group} NAME, or /sort in the chat", group=group)


def which_cousin(name: str, keys: Sequence[str]) -> str:
    return _(
        "More than one cousin is called {name}. Please say which by the key: {keys}", name=name, keys=", ".join(keys)
    )


def nobody_is_called(name: str, near: Sequence[str]) -> str:
    if near:
        return _(
            "Nobody is called {name}. Did you mean {near}? If it is someone new, add --new.",
            name=name,
            near=listed(near, "or"),
        )
    return _("Nobody is called {name}. If it is someone new, add --new.", name=name)


def is_it(name: str, near: str) -> str:
    return _("Nobody is called {name}. Is it {near}?", name=name, near=near)


def someone_new(name: str) -> str:
    return _("Is {name} someone new?", name=name)


def group_in_another(group: int, now: int) -> str:
    return _("Group {group} has become a part of group {now}, so all of that is meant.", group=group, now=now)


def group_named(group: int, name: str, added: int) -> str:
    return ngettext(
        "Group {group} is {name}: {count} photo was taken in.",
        "Group {group} is {name}: {count} photos were taken in.",
        added,
        group=group,
        name=name,
    )


def after_naming() -> str:
    return _("“cousinbot photos undo” takes it back; “cousinbot train” learns from it.")
