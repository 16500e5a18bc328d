"""What the commands answer."""

from collections.abc import Sequence
from datetime import datetime
from html import escape

from bot.corrections.wording import something_new
from data.store.runs import Run
from data.store.statistics import CousinStats, Stats
from data.wording import someone_new
from foundation.formats import date, day, time_of
from foundation.translation import _, ngettext

# /help


def guests_help(cousin: str | None, *, of_things: bool) -> str:
    """`cousin` is one of the family, for an example; `of_things`: pictures may show anything."""
    if of_things:
        first = _("Send me a picture, and I'll tell you what it shows and what there is to say about it.")
        facts = _("/facts {name} – what there is to say about {name}", name=cousin or _("…"))
        who = _("/who – in a group, as a reply to a picture: what is it?")
    else:
        first = _("Send me a photo of a cousin, and I'll tell you who it is and what you could talk about.")
        facts = (
            _("/facts {name} – what to talk about with {name}", name=cousin)
            if cousin
            else _("/facts – what to talk about with a cousin")
        )
        who = _("/who – in a group, as a reply to a photo: who is it?")
    return "\n".join(
        [
            first,
            "",
            _("• You can send several photos at once, or a picture as a file (HEIC works too)."),
            *([] if of_things else [_("• If there are several people in a photo, I'll number them.")]),
            _("• If I'm wrong, tap ✗ under my answer."),
            _("• 👍 on my answer says that it is right, 👎 that it is wrong."),
            *([] if of_things else [_("• A photo of yourself with /iam below it tells me who you are.")]),
            "",
            facts,
            _("/cousins – all that I know") if of_things else _("/cousins – everyone I know"),
            who,
            _("/wrong – as a reply to one of my answers"),
            _("/web – the same as a page in your browser, with room for many photos"),
            _("/language – choose the language I write in"),
            _("/mydata – what I keep of you"),
            _("/forgetme – delete the photos you sent me"),
        ]
    )


def admins_help(*, of_things: bool) -> str:
    return "\n".join(
        [
            _("You are an admin:"),
            _("/review – look at what guests corrected, six photos at a time"),
            _("/teach – show me what to learn: a picture with its name below it does the same")
            if of_things
            else _("/teach – show me whom to learn: a photo with the cousin's name below it does the same"),
            *([] if of_things else [_("/faces – show me the right face in photos of several, where I can't tell")]),
            *([] if of_things else [_("/sort – tell me who is on photos that nobody has sorted, group by group")]),
            _("/stats – how I'm doing, cousin by cousin"),
            _("/retrain – learn from all photos and corrections; I keep answering in the meantime"),
            _("/models – see the trained versions, and choose which one answers"),
            _("/rollback – go back to the previous version"),
            _("/invite – make a link that lets guests in for a week, or cancel one"),
            _("/block – choose who may ask me"),
            _("/rename – give a cousin another name; /merge – make one of two; /undo – take the last of these back"),
            _("/admins – see who is an admin, add one or remove one"),
            _(
                "Tap ✗ under an answer and choose the right name: I'll remember it right away. “{new}” lets you add a"
                " cousin.",
                new=something_new() if of_things else someone_new(),
            ),
        ]
    )


def hello(name: str | None, help_: str) -> str:
    return _("Hello {name}! {help}", name=name, help=help_) if name else _("Hello! {help}", help=help_)


def hint(*, of_things: bool) -> str:
    if of_things:
        return _("Send me a picture, and I'll tell you what it shows. /help says what else I can do.")
    return _("Send me a photo, and I'll tell you who it is. /help shows what else I can do.")


# /web


def link_to_pages(url: str) -> str:
    return _(
        "Open this link to come in. It works once, within ten minutes:\n{url}\n\nPlease don't pass it on: whoever opens"
        " it is you.",
        url=url,
    )


def opens_on_bots_computer(*, is_admin: bool) -> str:
    if is_admin:
        return _(
            "It opens only on the computer I run on. For phones and other computers, set COUSINBOT_WEB_URL to the"
            " address under which they reach me; docs/web.md says how."
        )
    return _("It opens only on the computer I run on. An admin of the family can change that.")


def pages_in_telegram() -> str:
    return _("The button beside the text field opens the same page here in Telegram.")


def pages_need_https() -> str:
    return _(
        "Telegram opens the pages inside the chat only when their address begins with https://, and COUSINBOT_WEB_URL"
        " does not."
    )


def pages_button() -> str:
    return _("Photos")


def no_pages(*, is_admin: bool) -> str:
    if is_admin:
        return _(
            "The pages are off. To turn them on, set COUSINBOT_WEB_PORT, for example to 8080, and restart the bot."
        )
    return _("There are no pages here, but you can show me every photo in this chat.")


# The list of commands that Telegram shows


def guests_commands() -> list[tuple[str, str]]:
    return [
        ("facts", _("What to talk about with a cousin")),
        ("cousins", _("Everyone you know")),
        ("wrong", _("As a reply to an answer: it is wrong")),
        ("iam", _("Below a photo of myself: who I am")),
        ("web", _("A page in the browser, for many photos")),
        ("language", _("Choose the language you write in")),
        ("mydata", _("What you keep of me")),
        ("forgetme", _("Delete the photos I sent")),
        ("help", _("What you can do for me")),
    ]


def groups_commands() -> list[tuple[str, str]]:
    return [
        ("who", _("As a reply to a photo: who is it?")),
        ("facts", _("What to talk about with a cousin")),
        ("language", _("Choose the language you write in")),
    ]


def admins_commands() -> list[tuple[str, str]]:
    return [
        ("review", _("Look at what guests corrected")),
        ("teach", _("With a photo: who is on it")),
        ("faces", _("Show you the right face of several")),
        ("sort", _("Tell you who is on unsorted photos")),
        ("stats", _("How you are doing")),
        ("retrain", _("Learn from the photos and corrections")),
        ("models", _("Choose which version answers")),
        ("rollback", _("Go back to the previous version")),
        ("invite", _("Make a link that lets guests in")),
        ("block", _("Choose who may ask")),
        ("rename", _("Give a cousin another name")),
        ("merge", _("Make one cousin of two")),
        ("undo", _("Take back the last rename, merge, import or deleted photo")),
        ("admins", _("Add an admin, or remove one")),
        *guests_commands(),
    ]


# What Telegram shows of the bot to whoever opens it


def what_it_does() -> str:
    """At most 512 characters, in every language."""
    return _(
        "Send me a photo of somebody in the family, and I'll tell you who it is and what you could talk about. I'm here"
        " for one family only: to ask me, you need an invitation from one of them."
    )


def what_it_is() -> str:
    """At most 120 characters, in every language."""
    return _("I tell a family's guests who is who in their photos.")


# /language


def which_language() -> str:
    return _("In which language shall I write to you?")


def which_language_of_group() -> str:
    return _("In which language shall I write in this group?")


def as_in_telegram() -> str:
    return _("As in Telegram")


def as_the_family() -> str:
    return _("As the family does")


def language_chosen(language: str) -> str:
    return _("Done. The language I write in here: {language}", language=language)


def unknown_language(typed: str, languages: Sequence[str]) -> str:
    return _(
        "I don't know the language “{typed}”. I can write in these: {languages}",
        typed=typed[:50],
        languages=", ".join(languages),
    )


# /rename, /merge, /undo


def whom_to_rename(*, of_things: bool) -> str:
    if of_things:
        return _("Which one should get another name?")
    return _("Who should get another name?")


def what_is_the_name(name: str) -> str:
    return _("What should {name} be called?", name=name)


def shall_i_rename(name: str, new: str) -> str:
    return _("Shall I call {name} {new} from now on?", name=name, new=new)


def yes_rename() -> str:
    return _("Yes, rename")


def whom_to_merge(*, of_things: bool) -> str:
    if of_things:
        return _("Which one is in the list twice? Tap the name that should go.")
    return _("Who is in the list twice? Tap the name that should go.")


def merge_into_whom(name: str) -> str:
    return _("And under which name should {name} stay?", name=name)


def nobody_else(*, of_things: bool) -> str:
    if of_things:
        return _("I don't know anything else.")
    return _("I don't know anybody else.")


def shall_i_merge(name: str, into: str, *, of_things: bool) -> str:
    if of_things:
        return _("Are {name} and {into} the same? I'd call them {into} from now on.", name=name, into=into)
    return _("Are {name} and {into} one person? I'd call them {into} from now on.", name=name, into=into)


def yes_merge() -> str:
    return _("Yes, they are one")


def what_follows(photos: int, corrections: int) -> str:
    return "\n".join(
        [
            ngettext("• {count} photo goes along", "• {count} photos go along", photos),
            ngettext("• {count} correction goes along", "• {count} corrections go along", corrections),
        ]
    )


def no_leave_it() -> str:
    return _("No, leave it")


def nothing_changed() -> str:
    return _("All right, nothing has changed.")


def has_been_renamed(name: str) -> str:
    return _("Done: that's {name} now, everywhere. /undo takes it back.", name=name)


def facts_by_hand(trouble: str) -> str:
    return _("I could not change the facts file, so please do that by hand. {trouble}", trouble=trouble)


def nothing_to_take_back() -> str:
    return _("There is nothing to take back: nothing was renamed, merged or imported.")


def what_changed(kind: str, old: str, new: str, photos: int, at: datetime) -> str:
    if kind == "removal":
        return _("On {when} a photo of {old} was deleted.", when=date(at), old=old)
    if kind == "import":
        return ngettext(
            "On {when} {count} photo was imported.", "On {when} {count} photos were imported.", photos, when=date(at)
        )
    if kind == "naming":
        return ngettext(
            "On {when} a group of faces was named {new} ({count} photo).",
            "On {when} a group of faces was named {new} ({count} photos).",
            photos,
            when=date(at),
            new=new,
        )
    if kind == "grouping":
        return ngettext(
            "On {when} groups of faces were put in order ({count} photo).",
            "On {when} groups of faces were put in order ({count} photos).",
            photos,
            when=date(at),
        )
    if kind == "merge":
        return ngettext(
            "On {when} {old} became one with {new} ({count} photo).",
            "On {when} {old} became one with {new} ({count} photos).",
            photos,
            when=date(at),
            old=old,
            new=new,
        )
    return ngettext(
        "On {when} {old} was renamed to {new} ({count} photo).",
        "On {when} {old} was renamed to {new} ({count} photos).",
        photos,
        when=date(at),
        old=old,
        new=new,
    )


def shall_i_take_back() -> str:
    return _("Shall I take that back?")


def yes_take_back() -> str:
    return _("Yes, take it back")


# /facts, /cousins


def whom_about(*, of_things: bool) -> str:
    if of_things:
        return _("What would you like to hear about?")
    return _("Whom would you like to talk about?")


def nobody_known(*, of_things: bool) -> str:
    if of_things:
        return _(
            "I don't know anything yet. Once I've been trained, or facts.yaml names something, you'll find it here."
        )
    return _("I don't know anybody yet. Once I've been trained, or facts.yaml names someone, you'll find them here.")


def known_cousins(names: Sequence[str], *, of_things: bool) -> str:
    if of_things:
        title = ngettext("I know {count} thing:", "I know {count} things:", len(names))
    else:
        title = ngettext("I know {count} cousin:", "I know {count} cousins:", len(names))
    return "\n".join([title, *(f"• {name}" for name in names)])


def unknown_name(name: str, *, of_things: bool) -> str:
    if of_things:
        return _("I don't know “{name}”. What would you like to hear about?", name=name)
    return _("I don't know “{name}”. Whom would you like to talk about?", name=name)


def which_of_them(name: str, *, of_things: bool) -> str:
    if of_things:
        return _("More than one is called “{name}”. Which one do you mean?", name=name)
    return _("More than one cousin is called “{name}”. Whom do you mean?", name=name)


def did_you_mean(name: str, count: int) -> str:
    return ngettext(
        "I don't know “{name}”. Did you mean this?",
        "I don't know “{name}”. Did you mean one of these?",
        count,
        name=name,
    )


def no_facts(name: str) -> str:
    """Telegram HTML."""
    return _("Nobody has told me anything about {name} yet.", name=bold(name))


def bold(name: str) -> str:
    return f"<b>{escape(name, quote=False)}</b>"


# /start, for admins


def groups_number(chat_id: int) -> str:
    return _("This group's number is {chat_id}.", chat_id=chat_id)


def corrections_to_review(corrections: int) -> str:
    return ngettext(
        "{count} correction is waiting for you: /review",
        "{count} corrections are waiting for you: /review",
        corrections,
    )


def names_not_given(names: int) -> str:
    return ngettext(
        "You wanted to tell me {count} more name. Please reply to my question with it.",
        "You wanted to tell me {count} more names. Please reply to my questions with them.",
        names,
    )


def newcomers(names: Sequence[str]) -> str:
    return ngettext(
        "New since I last learned: {names}. I know them from corrections alone so far. Add a few photos, then send"
        " /retrain.",
        "New since I last learned: {names}. I know them from corrections alone so far. Add a few photos of each, then"
        " send /retrain.",
        len(names),
        names=", ".join(names),
    )


# /mydata


def own_data(lines: Sequence[str]) -> str:
    return "\n".join(
        [
            _("This is what I keep of you:"),
            *lines,
            "",
            _(
                "/forgetme deletes your photos, my answers to them and everything I learned from them. This chat itself"
                " is kept by Telegram, and you can delete it there."
            ),
        ]
    )


def known_since(moment: datetime | None, *, is_admin: bool) -> str:
    if is_admin:
        return _("• your number on Telegram, for as long as you are an admin")
    if moment is None:
        return _("• your name and your number on Telegram, for as long as you may ask me")
    return _(
        "• your name and your number on Telegram, since {date}, for as long as you may ask me",
        date=date(moment.astimezone()),
    )


def known_as(name: str | None) -> str:
    """None: they don't want to be named."""
    if name is None:
        return _("• which cousin you are, until you take it back with /iam")
    return _("• that you are {name}, until you take it back with /iam", name=name)


def language_kept(language: str) -> str:
    return _("• the language I write to you in: {language}", language=language)


def photos_kept(photos: int) -> str:
    return ngettext(
        "• {count} photo you sent, with the faces in it, the year it was taken in, if the file told me, and my answer",
        "• {count} photos you sent, with the faces in them, the years they were taken in, if the files told me, and my"
        " answers",
        photos,
    )


def kept_until_forgotten() -> str:
    return _("   They stay until you send /forgetme.")


def kept_for(days: int, first: datetime) -> str:
    return ngettext(
        "   They are deleted {count} day after they came, the next on {date}. What somebody corrected stays, so that I"
        " can learn from it.",
        "   They are deleted {count} days after they came, the next on {date}. What somebody corrected stays, so that I"
        " can learn from it.",
        days,
        date=date(first.astimezone()),
    )


def kept_for_corrections() -> str:
    return _("   Somebody corrected my answers, so they stay for me to learn from, until you send /forgetme.")


def corrections_kept(waiting: int, accepted: int, rejected: int) -> str:
    return _(
        "• your corrections, for as long as the photos they are about; waiting: {waiting}, accepted: {accepted},"
        " rejected: {rejected}",
        waiting=waiting,
        accepted=accepted,
        rejected=rejected,
    )


def praise_kept(times: int) -> str:
    return ngettext(
        "• that you said {count} time that I was right, for as long as the photo",
        "• that you said {count} times that I was right, for as long as the photos",
        times,
    )


def facts_told(facts: int) -> str:
    return ngettext(
        "• that I have told you {count} fact, so that you hear the others first",
        "• that I have told you {count} facts, so that you hear the others first",
        facts,
    )


def albums_noted(albums: int) -> str:
    return ngettext(
        "• which pictures belong to {count} album you sent, for a week: somebody may ask about one of them",
        "• which pictures belong to {count} albums you sent, for a week: somebody may ask about one of them",
        albums,
    )


def tries_kept(tries: int) -> str:
    return ngettext(
        "• that you tried {count} invitation that doesn't work, for two days",
        "• that you tried {count} invitations that don't work, for two days",
        tries,
    )


def unread_kept(messages: int) -> str:
    return ngettext(
        "• {count} message I could not handle, for two days",
        "• {count} messages I could not handle, for two days",
        messages,
    )


# /forgetme


def no_photos_of_yours() -> str:
    return _("I don't have any photos from you, so there is nothing to delete.")


def shall_i_delete(photos: int) -> str:
    if not photos:
        return _(
            "I don't have any photos from you. Shall I delete everything else that /mydata lists? This can't be undone."
        )
    return ngettext(
        "Shall I delete the {count} photo you sent me, and everything I learned from it? This can't be undone.",
        "Shall I delete the {count} photos you sent me, and everything I learned from them? This can't be undone.",
        photos,
    )


def yes_delete(photos: int) -> str:
    if not photos:
        return _("Yes, delete it")
    return ngettext("Yes, delete {count} photo", "Yes, delete {count} photos", photos)


def no_keep(photos: int) -> str:
    return _("No, keep them") if photos else _("No, keep it")


def deleted(photos: int) -> str:
    if not photos:
        return _("Done. I deleted what I had noted of you.")
    return ngettext(
        "Done. I deleted {count} photo, and everything I learned from it.",
        "Done. I deleted {count} photos, and everything I learned from them.",
        photos,
    )


def being_deleted(photos: int) -> str:
    if not photos:
        return _(
            "What I had noted of you is deleted. Another program is still reading my notes as they were before; as soon"
            " as it has ended the last traces go, and I'll tell you here."
        )
    return ngettext(
        "Your {count} photo is deleted. Another program is still reading my notes as they were before; as soon as it"
        " has ended the last traces go, and I'll tell you here.",
        "Your {count} photos are deleted. Another program is still reading my notes as they were before; as soon as it"
        " has ended the last traces go, and I'll tell you here.",
        photos,
    )


def kept() -> str:
    return _("All right, nothing is deleted.")


# /invite


def invitation(until: datetime, link: str) -> str:
    return _(
        "Whoever opens this link until {day} and taps Start may ask me. A photo of themselves with /iam below it tells"
        " me who they are.\n{link}",
        day=day(until),
        link=link,
    )


def other_invitations(lines: Sequence[str]) -> str:
    return "\n".join([_("These links work too:"), *lines])


def invitation_until(until: datetime, link: str) -> str:
    return _("• until {day}: {link}", day=day(until), link=link)


def standing_invitation(link: str) -> str:
    return _("• always (COUSINBOT_INVITE): {link}", link=link)


def cancel_invitation(ending: str) -> str:
    return _("Cancel …{ending}", ending=ending)


def invitation_cancelled() -> str:
    return _("That link no longer lets anyone in.")


def no_invitations() -> str:
    return _(
        "There are no open invitations. /invite makes a new one. Guests who are already in stay in; /block keeps them"
        " out."
    )


# /block


def no_guests() -> str:
    return _("There are no guests yet. /invite makes a link that lets them in.")


def whom_to_block() -> str:
    return _("Tap a name to block them, or to let them in again.")


def blocked(name: str, *, invitations: int) -> str:
    """`invitations` to the pages were taken back with it."""
    if invitations:
        return _("{name} is blocked, and open invitations to the pages are taken back.", name=name)
    return _("{name} is blocked.", name=name)


def is_no_guest(name: str) -> str:
    return _("{name} is an admin. Please remove them at /admins first.", name=name)


def unblocked(name: str) -> str:
    return _("{name} may ask again.", name=name)


# /admins


def admins(settled: Sequence[str], added: Sequence[str]) -> str:
    lines = [_("These are the admins:"), *(f"• {name}" for name in added)]
    lines += [_("• {name}, in COUSINBOT_ADMINS", name=name) for name in settled]
    if settled:
        lines += ["", _("Admins named in COUSINBOT_ADMINS can only be removed there, by the person who runs me.")]
    return "\n".join([*lines, "", _("Tap a guest to make them an admin too.")])


def add_admin(name: str) -> str:
    return _("➕ {name}", name=name)


def remove_admin(name: str) -> str:
    return _("Remove {name}", name=name)


def shall_be_admin(name: str) -> str:
    return _(
        "Shall {name} be an admin? Admins decide about corrections, invite and block guests, choose which version"
        " answers, and make others admins.",
        name=name,
    )


def yes_make_admin(name: str) -> str:
    return _("Yes, make {name} an admin", name=name)


def back() -> str:
    return _("« Back")


def is_admin_now(name: str) -> str:
    return _("{name} is an admin now.", name=name)


def you_are_admin(by: str) -> str:
    return _("{by} made you an admin. /help shows what you can do now.", by=by)


def admin_was_added(name: str, by: str) -> str:
    return _("{by} made {name} an admin. /admins shows all of you.", by=by, name=name)


def admin_was_removed(name: str, by: str) -> str:
    return _("{by} removed {name} from the admins. /admins shows all of you.", by=by, name=name)


def no_admin_any_more(name: str) -> str:
    return _("{name} is no longer an admin.", name=name)


def last_admin() -> str:
    return _("There has to be an admin. Please make somebody else one first.")


def stands_in_settings() -> str:
    return _("They are named in COUSINBOT_ADMINS, and can only be removed there.")


# /stats


def this_week(stats: Stats) -> str:
    asked = _("This week: photos sent: {asked}, answered: {answered}.", asked=stats.asked, answered=stats.answered)
    return " ".join([asked, *_figures(stats)])


def ever(stats: Stats) -> str:
    asked = _("All time: photos sent: {asked}, answered: {answered}.", asked=stats.asked, answered=stats.answered)
    return " ".join([asked, *_figures(stats)])


def _figures(stats: Stats) -> list[str]:
    """Sentences that stand one behind the other."""
    figures = [_("Named: {named}.", named=stats.named)]
    if stats.faces > stats.pictures:
        figures = [_("Faces: {faces}, named: {named}.", faces=stats.faces, named=stats.named)]
    if stats.asked_about:
        figures.append(_("Asked about: {asked_about}.", asked_about=stats.asked_about))
    return [*figures, _("Right: {right}, wrong: {wrong}.", right=stats.right, wrong=stats.wrong)]


def corrections_waiting(corrections: int) -> str:
    if not corrections:
        return _("Corrections waiting: none.")
    return _("Corrections waiting: {corrections} (/review)", corrections=corrections)


def guests_and_version(guests: int, version: str | None) -> str:
    if version is None:
        return _("Guests: {guests}. Nothing has been trained yet.", guests=guests)
    return _("Guests: {guests}. Version that answers: {version}.", guests=guests, version=version)


def messages_set_aside(messages: int) -> str:
    return _("Messages I could not handle: {messages} (the log says why).", messages=messages)


def cousins_this_week() -> str:
    return _("This week:")


def cousins_ever() -> str:
    return _("All time:")


def cousin_figures(name: str, stats: CousinStats) -> str:
    """Sentences, in one line."""
    figures = [_("• {name}: named {times}×.", name=name, times=stats.named)]
    if stats.right:
        figures.append(_("Right: {times}.", times=stats.right))
    if stats.wrong:
        figures.append(_("Wrong: {times}.", times=stats.wrong))
    if stats.asked_about:
        figures.append(_("Asked about: {times}.", times=stats.asked_about))
    if stats.missed:
        figures.append(_("Missed: {times}.", times=stats.missed))
    return " ".join(figures)


def last_training(run: Run | None) -> str:
    if run is None:
        return _("Last training: none yet.")
    began = time_of(datetime.fromisoformat(run.started_at).astimezone())
    match run.outcome:
        case None:
            return _("Training since {time}.", time=began)
        case "promoted":
            return _(
                "Last training: {time}. {version} answers since. {why}",
                time=began,
                version=run.version,
                why=run.message,
            )
        case "kept":
            return _(
                "Last training: {time}. {version} was not put to use. {why}",
                time=began,
                version=run.version,
                why=run.message,
            )
        case "cancelled":
            return _("Last training: {time}. It was cancelled.", time=began)
        case _:
            return _("Last training: {time}. It failed. {why}", time=began, why=run.message)
