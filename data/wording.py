"""What is said of settings, names, facts.yaml, folders, backups and the database, to whoever runs the bot."""

import shlex
from collections.abc import Sequence
from pathlib import Path

from foundation.formats import listed, number
from foundation.translation import _, ngettext

# Settings


def setting_wrong(name: str, complaint: str, example: str) -> str:
    return _(
        "{name} is not right. {complaint} For example: {name}={example}",
        name=name,
        complaint=complaint,
        example=example,
    )


def setting_missing_for_webhook(name: str, example: str) -> str:
    return _("{name} is missing, and a webhook needs one. For example: {name}={example}", name=name, example=example)


def token_missing(name: str, example: str) -> str:
    return _(
        "{name} is missing; @BotFather gives you one. Write it into the file .env, for example: {name}={example}",
        name=name,
        example=example,
    )


def setting_unknown(name: str) -> str:
    return _("{name} is not a setting of cousinbot; docs/install.md lists them all.", name=name)


def setting_misspelt(name: str, near: str) -> str:
    return _("{name} is not a setting of cousinbot; did you mean {near}?", name=name, near=near)


def env_unreadable(reason: str) -> str:
    return _("The file .env can't be read ({reason}). Please let this user open it.", reason=reason)


def env_line_unreadable(line: int) -> str:
    return _("Line {line} of the file .env can't be understood. Please write NAME=value there.", line=line)


def env_not_utf8() -> str:
    return _("The file .env is not UTF-8. Please save it with that encoding.")


def not_a_number(word: str) -> str:
    return _("“{word}” is not a number.", word=word)


def not_a_whole_number() -> str:
    return _("The value must be a whole number.")


def too_small(least: int) -> str:
    return _("The value must be {least} or more.", least=least)


def too_large(most: int) -> str:
    return _("The value must be {most} or less.", most=most)


def none_of(choices: str) -> str:
    return _("The value must be one of: {choices}.", choices=choices)


def not_a_token() -> str:
    return _("That is not a bot token, which is a number, a colon and 35 letters.")


def not_an_address() -> str:
    return _("That is not an address that starts with http:// or https://.")


def not_from_the_root() -> str:
    return _("The value must be a whole path that starts with a slash.")


def not_a_web_address() -> str:
    return _("Please write the address people open, with nothing after the name: it begins with https:// or http://.")


def open_to_all() -> str:
    return _(
        "This setting lets in everybody who reaches the pages, so it goes only with COUSINBOT_WEB_HOST=127.0.0.1 and"
        " without COUSINBOT_WEB_URL."
    )


def not_an_id(begin: str, digits: int) -> str:
    return _("“{begin}…” is too long: Telegram's ids have {digits} digits at most.", begin=begin, digits=digits)


def not_peoples_ids() -> str:
    return _("People's ids are positive numbers; those of groups belong in COUSINBOT_CHATS.")


def not_one_person(user_id: int) -> str:
    return _(
        "{user_id} is no person's id: everybody who writes as a group or a channel has it. An admin needs one of their"
        " own.",
        user_id=user_id,
    )


def not_groups_ids() -> str:
    return _("Groups' ids are negative numbers; those of people belong in COUSINBOT_ADMINS.")


def not_a_code() -> str:
    return _("The value may only contain letters, digits, - and _, and at most 64 of them.")


def not_a_time() -> str:
    return _("The value must be a time of day, from 00:00 to 23:59.")


def not_a_language(wanted: str, known: Sequence[str]) -> str:
    return _("“{wanted}” is no language that I speak; I speak {known}.", wanted=wanted, known=", ".join(known))


def not_an_ip_address(host: str) -> str:
    return _("“{host}” is not an address in numbers, such as 127.0.0.1 or 0.0.0.0.", host=host)


def webhook_not_https() -> str:
    return _("Telegram only calls addresses that start with https://.")


def other_wrong(reason: str) -> str:
    return _("The reason: {reason}.", reason=reason)


# Names


def name_with_slashes() -> str:
    return _("A name can't contain slashes or line breaks. Please write it in letters, for example Charlie Brown.")


def name_without_letters(name: str) -> str:
    return _("“{name}” has no letters in it. Please write the name in letters, for example Charlie Brown.", name=name)


def name_with_sign(name: str) -> str:
    return _("“{name}” begins with a sign. Please write the name alone, for example Charlie Brown.", name=name)


def name_of_button(name: str) -> str:
    return _(
        "“{name}” is what one of my buttons says, so nobody can be called that. Please write a person's name, for"
        " example Charlie Brown.",
        name=name,
    )


def name_too_long(name: str, most: int) -> str:
    return ngettext(
        "“{name}…” is too long. A name can have {count} letter at most.",
        "“{name}…” is too long. A name can have {count} letters at most.",
        most,
        name=name,
    )


def name_reserved(key: str) -> str:
    return _("Some computers can't have a folder called “{key}”. Please add a second name.", key=key)


def name_in_two_alphabets(name: str) -> str:
    return _("“{name}” mixes letters of two alphabets in one word. Please use only one of them.", name=name)


# Buttons that name nobody


def stranger() -> str:
    return _("A stranger")


def not_a_face() -> str:
    return _("Not a face")


def someone_new() -> str:
    return _("Someone new")


# facts.yaml


def in_line(source: str, line: int, complaint: str) -> str:
    """Where something is wrong, and what."""
    return _("{source}, line {line}: {complaint}", source=source, line=line, complaint=complaint)


def facts_how_to() -> str:
    return _(
        "Write a cousin's name with a colon (charlie_brown:), and below it each fact on a line of its own that starts"
        " with two spaces and a dash (  - Has a beagle)."
    )


def facts_empty(source: str, how: str) -> str:
    return _("{source} is empty. {how}", source=source, how=how)


def facts_nested(source: str, how: str) -> str:
    return _("{source} has lists within lists. {how}", source=source, how=how)


def facts_unreadable(source: str, reason: str, how: str) -> str:
    return _("{source} can't be read ({reason}). {how}", source=source, reason=reason, how=how)


def facts_absent(source: str, how: str) -> str:
    return _(
        "There is no file {source}, so I have nothing to talk about. Please create it. {how}", source=source, how=how
    )


def facts_not_utf8(source: str) -> str:
    return _("{source} is not UTF-8. Please save it with that encoding.", source=source)


def facts_unwritable(source: str, reason: str) -> str:
    return _("{source} can't be written to ({reason}).", source=source, reason=reason)


def facts_being_edited(source: str) -> str:
    return _("Somebody is editing {source} right now.", source=source)


def facts_not_extendable(source: str) -> str:
    return _("{source} doesn't list its names one below the other, so nothing can be added at its end.", source=source)


def facts_stub(day: str) -> str:
    return _("Added by the bot on {day}. Remove the # signs and write what to talk about.", day=day)


def line_not_utf8() -> str:
    return _("This is not UTF-8. Please save the file with that encoding.")


def line_shared(cousin: str) -> str:
    return _("This line also holds something else, so please remove {cousin} by hand.", cousin=cousin)


def facts_edit_by_hand(cousin: str) -> str:
    return _("The entry of {cousin} is written in a way that I can't change. Please change it by hand.", cousin=cousin)


def no_cousin_named(how: str) -> str:
    return _("There is no cousin's name here. {how}", how=how)


def invisible_character() -> str:
    return _("There is an invisible character here. Please type the line again.")


def tab_at_start() -> str:
    return _("There is a tab at the start. Please use spaces instead.")


def odd_space() -> str:
    return _(
        "There is a special space here that only looks like a plain one. Please delete the spaces at the start of this"
        " line, behind its dash and behind its colon, and type them again."
    )


def and_needs_quotes(quoted: str) -> str:
    return _("The & gives this a special meaning. Please put it in quotes: {quoted}", quoted=quoted)


def document_mark() -> str:
    return _("There is a --- in the middle of the file. Please remove it.")


def quotes_open() -> str:
    return _("The quotes that start here are never closed. Please add the closing ones.")


def needs_quotes(quoted: str) -> str:
    return _("This can't be read. Please put the whole sentence in quotes: - {quoted}", quoted=quoted)


def line_unreadable(how: str) -> str:
    return _("This line, or the one before it, can't be read. {how}", how=how)


def colon_needs_quotes(quoted: str) -> str:
    return _("The colon gives this a special meaning. Please put it in quotes: {quoted}", quoted=quoted)


def exclamation_needs_quotes(quoted: str) -> str:
    return _("The ! gives this a special meaning. Please put it in quotes: {quoted}", quoted=quoted)


def hash_needs_quotes(quoted: str) -> str:
    return _("The # cuts this short. Please put it in quotes: {quoted}", quoted=quoted)


def not_plain_words() -> str:
    return _("This must be plain words, not a list.")


def nothing_written() -> str:
    return _("Something is missing here. Please write it, or remove the line.")


def text_too_long(length: int, most: int) -> str:
    return ngettext(
        "This is {count} character long, but only {most} fit.",
        "This is {count} characters long, but only {most} fit.",
        length,
        most=most,
    )


def dash_out_of_line() -> str:
    return _("The dash on the next line must be right below this one's dash.")


def facts_missing(name: str, how: str) -> str:
    return _("{name} needs a list of facts. {how}", name=name, how=how)


def field_misspelt(field: str, near: str) -> str:
    return _("“{field}” means nothing here. Did you mean “{near}”?", field=field, near=near)


def field_unknown(field: str, known: Sequence[str]) -> str:
    return _("“{field}” means nothing here. Use one of these: {known}.", field=field, known=", ".join(known))


def field_twice(name: str, field: str) -> str:
    return _("{name} has “{field}” twice. Please merge the two.", name=name, field=field)


def fact_twice(name: str, line: int) -> str:
    return _("{name} already has this on line {line}. Please remove one of them.", name=name, line=line)


def field_not_a_list(name: str, field: str) -> str:
    return _(
        "The “{field}” of {name} must be a list. Start each of its lines with a dash: - {field}…",
        name=name,
        field=field,
    )


def not_a_languages_code(written: str, name: str, field: str) -> str:
    return _(
        "“{written}” is no language. The “{field}” of {name} may be a list, or lists by language: en: […], de: […]",
        written=written,
        name=name,
        field=field,
    )


def field_empty(name: str, field: str) -> str:
    return _(
        "The “{field}” of {name} is an empty list. Please add something to it, or remove it.", name=name, field=field
    )


def name_untypeable(name: str) -> str:
    return _("“{name}” has no letters in it. Please use a name that people can type.", name=name)


def named_is_not_never() -> str:
    return _("“named” can only be “never”, for someone who doesn't want to be named. Please write never, or remove it.")


def born_unclear(written: str) -> str:
    return _(
        "I can't read “{written}” as a birth. Please write the year, as in 2014, or the day, as in 2014-05-03.",
        written=written,
    )


def no_such_day(written: str) -> str:
    return _(
        "There is no day {written}. Please write year, month and day in this order, as in 2014-05-03.", written=written
    )


def born_in_future(written: str) -> str:
    return _("“born” can't lie in the future, as {written} does. Please correct it.", written=written)


def name_twice(name: str, line: int) -> str:
    return _("“{name}” is already on line {line}. Please merge the two.", name=name, line=line)


def entry_of_nobody(file: Path, name: str, near: Sequence[str], same: Sequence[str] = ()) -> str:
    """`near` are keys of cousins who may be meant, `same` the names of all entries that mean the one there is."""
    if same:
        return _(
            "{file}: {names} are about the same cousin. Please put everything into one entry, “{cousin}:”.",
            file=file,
            names=listed([f"“{one}”" for one in same]),
            cousin=near[0],
        )
    if not near:
        return _(
            "{file}: there are no photos of “{name}”. Nobody sees this entry until there are some.",
            file=file,
            name=name,
        )
    return _(
        "{file}: there are no photos of “{name}”. Did you mean {near}? Then please write that before the colon.",
        file=file,
        name=name,
        near=listed(near, "or"),
    )


def names_alike(one: str, other: str) -> str:
    return _(
        "The cousins {one} and {other} have nearly the same name. If they are one person: cousinbot photos merge"
        " {quoted} {quoted_other}",
        quoted=shlex.quote(one),
        quoted_other=shlex.quote(other),
        one=one,
        other=other,
    )


def name_of_two(name: str, one: str, other: str) -> str:
    return _(
        "“{name}” can mean {one} or {other}, so I have to ask which. In facts.yaml you can give each a name of their"
        " own.",
        name=name,
        one=one,
        other=other,
    )


# Folders and photos


def folder_unusable(folder: Path, reason: str) -> str:
    return _(
        "The folder {folder} can't be used ({reason}). Please give this user write access, or choose another folder in"
        " COUSINBOT_HOME.",
        folder=folder,
        reason=reason,
    )


def already_running(folder: Path) -> str:
    return _(
        "Another cousinbot is already using {folder}. Please stop it first, or give this one a folder of its own in"
        " COUSINBOT_HOME.",
        folder=folder,
    )


def already_running_as(folder: Path, process: str) -> str:
    return _(
        "Another cousinbot (process {process}) is already using {folder}. Please stop it first, or give this one a"
        " folder of its own in COUSINBOT_HOME.",
        folder=folder,
        process=process,
    )


def no_photos(folder: Path, example: Path) -> str:
    return _(
        "There are no photos in {folder} yet. Please give each cousin a folder with their photos, for example"
        " {example}, or bring them in with “cousinbot photos import”.",
        folder=folder,
        example=example,
    )


def folder_is_a_link(folder: Path, to: Path) -> str:
    return _(
        "{folder} is a link to {to}, and I leave what lies outside my own folder where it is. Please copy those photos"
        " into the other cousin's folder, and delete the link.",
        folder=folder,
        to=to,
    )


def folder_not_made(folder: Path, reason: str) -> str:
    return _(
        "The folder {folder} can't be created ({reason}). Please check that there is free space and that this user may"
        " write there.",
        folder=folder,
        reason=reason,
    )


def folder_is_anothers(folder: Path) -> str:
    return _(
        "The folder {folder} can't be created: this disk already has one whose name differs only by case or accents."
        " Please choose another name.",
        folder=folder,
    )


def not_a_key(name: str, key: str) -> str:
    return _("A cousin's folder can't be called “{name}”. Please call it {key}.", name=name, key=key)


def not_a_jpeg() -> str:
    return _("Only JPEG photos can be added to the library. Please convert this one first.")


def photo_not_kept(cousin: str, folder: Path, reason: str) -> str:
    return _(
        "A photo of {cousin} can't be saved in {folder} ({reason}). Please check that there is free space and that this"
        " user may write there.",
        cousin=cousin,
        folder=folder,
        reason=reason,
    )


def folder_unreadable(folder: Path | str, reason: str) -> str:
    return _(
        "The folder {folder} can't be read ({reason}). Please let this user open it.", folder=folder, reason=reason
    )


def link_leads_nowhere(link: Path, to: Path) -> str:
    return _(
        "{link} is a link to {to}, which is not there. Please connect the disk where it lies, or delete the link.",
        link=link,
        to=to,
    )


def no_photo_folder(folder: Path) -> str:
    return _(
        "There is no folder {folder}. Please create it, with a folder of photos for each cousin in it.", folder=folder
    )


def folder_misnamed(folder: Path, complaint: str) -> str:
    return _("Please rename the folder {folder}. {complaint}", folder=folder, complaint=complaint)


def being_trained() -> str:
    return _("A version is being trained right now. Please wait until that is done, or cancel it.")


def command_at_work(command: str) -> str:
    return _(
        "“cousinbot {command}” is at work on the cousins right now. Please wait until it has ended.", command=command
    )


def being_restored(folder: Path) -> str:
    return _("A backup is being restored into {folder} right now. Please wait until that is done.", folder=folder)


def home_in_use(folder: Path) -> str:
    return _(
        "cousinbot is working with {folder} right now, so no backup can be restored into it. Please stop it first, or"
        " choose another folder in COUSINBOT_HOME.",
        folder=folder,
    )


# Backups


def saving() -> str:
    return _("Saving")


def restoring() -> str:
    return _("Restoring")


def backup_exists(file: Path) -> str:
    return _("There already is a file {file}. Please choose another name.", file=file)


def backup_is_folder(folder: Path, example: Path) -> str:
    return _(
        "{folder} is a folder. Please name the file that is to be made in it, for example {example}.",
        folder=folder,
        example=example,
    )


def no_folder_for_backup(folder: Path) -> str:
    return _(
        "There is no folder {folder} for the backup. Please create it, or connect the disk, or choose another.",
        folder=folder,
    )


def backup_inside_home(folder: Path) -> str:
    return _(
        "A backup inside {folder} would be lost together with it. Please choose a place on another disk.", folder=folder
    )


def changing_meanwhile() -> str:
    return _(
        "Cousins are being renamed, merged or forgotten right now, and the backup would hold half of that. Please make"
        " it again in a while; if a version is being trained, after that."
    )


def nothing_to_save(folder: Path) -> str:
    return _("There is no folder {folder} to save. Please check COUSINBOT_HOME.", folder=folder)


def backup_not_made(file: Path, why: str) -> str:
    return _("The backup {file} could not be made. {why}", file=file, why=why)


def backup_not_restored(file: Path, why: str) -> str:
    return _("The backup {file} could not be restored. {why}", file=file, why=why)


def database_damaged(reason: str) -> str:
    return _("The database is damaged ({reason}). Please restore an earlier backup.", reason=reason)


def database_newer() -> str:
    return _("The database was made by a newer version of cousinbot. Please update cousinbot first.")


def home_not_empty(folder: Path, found: str) -> str:
    return _(
        "The folder {folder} is not empty ({found} is in it), and a backup needs an empty one. Please move this folder"
        " away, or choose another in COUSINBOT_HOME.",
        folder=folder,
        found=found,
    )


def no_room(needed: int, free: int) -> str:
    """`needed` and `free` in bytes."""
    return _(
        "There is not enough space for this backup: it needs {needed} MB, and {free} MB are free. Please free up some"
        " space.",
        needed=number(needed / 1e6),
        free=number(free / 1e6),
    )


def no_such_file(file: Path) -> str:
    return _("There is no file {file}. Please check its name.", file=file)


def no_backup(file: Path, reason: str) -> str:
    return _(
        "{file} is not a backup made by cousinbot, or it is damaged ({reason}). Please use another.",
        file=file,
        reason=reason,
    )


def pipe(file: Path) -> str:
    return _("{file} is a pipe or a device, not a file. Please name the backup's file.", file=file)


def folder_is_no_backup(folder: Path) -> str:
    return _("{folder} is a folder. Please name the backup's file in it.", folder=folder)


def backup_without_list(file: str) -> str:
    return _("{file} is not a backup made by cousinbot: it has no list of its files. Please use another.", file=file)


def backup_newer() -> str:
    return _("This backup was made by a newer version of cousinbot. Please update cousinbot first.")


def backup_reaches_out(name: str) -> str:
    return _("This backup holds a file that would end up outside the folder ({name}). Please use another.", name=name)


def backup_lacks(name: str) -> str:
    return _("This backup is damaged: {name} is missing from it. Please use another.", name=name)


def backup_altered(name: str) -> str:
    return _("This backup is damaged: {name} has changed since it was saved. Please use another.", name=name)


# Database


def database_unusable(path: Path, why: str) -> str:
    return _("The database {path} can't be used. {why}", path=path, why=why)


def database_made_by_newer() -> str:
    return _(
        "This cousinbot.db was made by a newer version of cousinbot. Please update cousinbot, or restore an older"
        " backup."
    )
