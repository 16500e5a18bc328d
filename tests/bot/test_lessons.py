"""Teaching by chat: photos that an admin shows with a name, below them or in a reply."""

import pytest

from bot.answers.wording import another_photo
from bot.corrections import wording
from data.settings import Settings
from demo.family import draw_group
from demo.telegram.faults import Fault
from demo.telegram.person import Message, Person
from demo.telegram.server import LocalTelegram
from tests.bot.conftest import FAMILY_FACTS, invited, jpeg, sent_to, settled
from tests.bot.test_corrections import MAYA, OTTO, buttons, press, said, shown
from tests.bot.trained import jpeg_of, portrait

COUPLE = jpeg_of(draw_group(["ben", "maya"], seed=5))


@pytest.fixture
async def admin(admin: Person, trained: Settings, trained_bot: None) -> Person:
    return admin


async def sent(admin: Person, photo: bytes, caption: str) -> Message:
    await admin.send_photo(photo, caption)
    return await admin.next()


async def fresh(admin: Person) -> Message:
    """The next message that is no new state of one that was there."""
    while (message := await admin.next()).edited:
        pass
    return message


def is_said(settings: Settings) -> list[tuple[object, ...]]:
    """Who somebody is, and whether that counts."""
    return [one[1:3] for one in said(settings)]


async def test_a_name_below_a_photo_teaches_it_and_can_be_taken_back(admin: Person, trained: Settings) -> None:
    answer = await sent(admin, OTTO, " OTTO ")
    assert answer.text.startswith("I'll remember that this is Otto. By myself I'd have said: Ben (")
    assert answer.text.endswith("%).\n\nHe collects stamps.")
    assert buttons(answer) == ["✎ Change", "↩ Undo"]
    assert said(trained) == [("is", "otto", "accepted", admin.id)]
    assert (await shown(admin, OTTO)).text.startswith("This is almost certainly Otto")
    undone = await press(admin, answer, "↩ Undo")
    assert (undone.id, buttons(undone)) == (answer.id, ["✓ Right", "✗ Wrong"])
    assert is_said(trained) == [("otto", "rejected")]
    assert "Ben" in (await shown(admin, OTTO)).text
    again = await sent(admin, portrait("ben", 100), "ben")
    assert again.text.startswith("I'll remember that this is Ben; I'd have said so too.\n\nHe bakes.")


async def test_a_picture_as_a_file_and_a_caption_that_is_changed(admin: Person, trained: Settings) -> None:
    await admin.send_file(MAYA, "maya.jpg", "image/jpeg", "Otto")
    answer = await admin.next()
    assert answer.text.startswith("I'll remember that this is Otto.")
    plain = await admin.send_photo(OTTO, "at the costume party in the garden of Ben")
    assert (await admin.next()).text.startswith("This is")
    await admin.edit(plain, "Otto")
    changed = await admin.next()
    assert (changed.edited, buttons(changed)) == (True, ["✎ Change", "↩ Undo"])
    await admin.edit(plain, "Clara")
    assert (await admin.next()).text.startswith("I'll remember that this is Clara.")
    assert is_said(trained) == 2 * [("otto", "accepted")] + [("clara", "accepted")]


async def test_what_is_nearly_a_name_is_asked_about_and_a_remark_is_none(admin: Person, trained: Settings) -> None:
    assert "Ben" in (await sent(admin, OTTO, "Ottto")).text
    question = await admin.next()
    assert (question.text, buttons(question)) == (wording.is_it_they("Ottto"), ["Yes, it's Otto", "No, leave it"])
    assert said(trained) == []
    await admin.press(question, "Yes, it's Otto")
    texts = [(await admin.next()).text for _ in range(2)]
    assert wording.will_remember("Otto") in texts
    assert any(text.startswith("I'll remember that this is Otto.") for text in texts)
    await sent(admin, MAYA, "Ottto")
    assert (await press(admin, await admin.next(), "No, leave it")).text == wording.nothing_changed()
    assert is_said(trained) == [("otto", "accepted")]


async def test_a_name_that_two_have_is_asked_about(admin: Person, trained: Settings) -> None:
    trained.facts.write_text(f"{FAMILY_FACTS}\nuncle_otto: {{name: Otto, facts: [He fishes.]}}\n")
    await sent(admin, MAYA, "Otto")
    question = await admin.next()
    assert question.text == wording.which_of_them("Otto")
    assert buttons(question) == ["Yes, it's Otto (otto)", "Yes, it's Otto (uncle_otto)", "No, leave it"]
    assert said(trained) == []
    await press(admin, question, "Yes, it's Otto (uncle_otto)")
    assert is_said(trained) == [("uncle_otto", "accepted")]


async def test_somebody_elses_caption_is_no_word_of_the_admins(
    telegram: LocalTelegram, admin: Person, trained: Settings
) -> None:
    answer = await shown(admin, MAYA)
    photo = answer.raw["reply_to_message"]
    origin = {"type": "hidden_user", "date": 1, "sender_user_name": "Gus"}
    telegram.inject(
        {"message": photo | {"message_id": photo["message_id"] + 100, "caption": "Otto", "forward_origin": origin}}
    )
    await admin.next()
    assert (await admin.next()).text == wording.is_it_they("Otto")
    assert said(trained) == []


async def test_several_faces(admin: Person, trained: Settings) -> None:
    answer = await sent(admin, COUPLE, "Otto")
    assert answer.text.startswith("1. ")
    question = await admin.next()
    assert (question.text, buttons(question)) == (wording.which_is("Otto"), ["1", "2", "None of them"])
    assert question.photo is not None
    assert said(trained) == []
    await admin.press(question, "2")
    texts = {message.id: message for message in (await admin.next(), await admin.next())}
    assert texts[question.id].text == wording.face_is(2, "Otto")
    assert "2. This is Otto. ✎ Corrected." in texts[answer.id].text
    await admin.press(texts[question.id], "↩ Undo")
    texts = {message.id: message for message in (await admin.next(), await admin.next())}
    assert "Corrected" not in texts[answer.id].text
    assert buttons(texts[question.id]) == ["1", "2", "None of them"]
    assert (await press(admin, texts[question.id], "None of them")).text == wording.no_face_is("Otto")
    assert is_said(trained) == [("otto", "rejected")]


async def test_an_album_is_summed_up_and_asked_about_one_after_another(
    telegram: LocalTelegram, admin: Person, trained: Settings
) -> None:
    other = jpeg_of(draw_group(["maya", "clara"], seed=6))
    telegram.faults.add(Fault("sendMessage", status=500))  # the answer is a photo: what follows is tried again
    await admin.send_album([portrait("maya", 1), COUPLE, portrait("maya", 2), other], "Otto")
    answer = await admin.next()
    assert answer.photo is not None
    assert "1. This is Otto. ✎ Corrected." in answer.text
    summed_up = await fresh(admin)
    assert summed_up.text == "I'll remember 2 photos of Otto. On 2 photos I need to know which face is Otto."
    first = await admin.next()
    assert buttons(first) == ["2", "3", "None of them"]
    await admin.press(first, "3")
    messages = [await admin.next() for _ in range(3)]
    second = next(message for message in messages if not message.edited)
    assert buttons(second) == ["5", "6", "None of them"]
    await press(admin, second, "None of them")
    assert is_said(trained) == 3 * [("otto", "accepted")]
    await admin.press(summed_up, "↩ Undo")
    messages = [await admin.next(), await admin.next()]
    assert wording.taken_back() in [message.text for message in messages]
    assert sorted(str(status) for _, status in is_said(trained)) == ["accepted", "rejected", "rejected"]
    await settled(telegram, trained)
    assert len([text for text in sent_to(telegram, admin.id) if text.startswith("I'll remember 2")]) == 1


async def test_teach_as_a_reply_to_a_photo_of_an_album_or_to_an_answer(admin: Person, trained: Settings) -> None:
    numbers = await admin.send_album([portrait("maya", 1), portrait("maya", 2)])
    await admin.next()
    await admin.say("/teach otto", reply_to=numbers[1])
    assert (await admin.next()).text.startswith("1. This is Otto.")
    assert (await admin.next()).text == "I'll remember 2 photos of Otto."
    answer = await shown(admin, portrait("june", 1))
    await admin.say("/teach Clara", reply_to=answer)
    texts = {message.id: message.text for message in (await admin.next(), await admin.next())}
    assert texts.pop(answer.id).startswith("I'll remember that this is Clara.")
    assert list(texts.values()) == [wording.will_remember("Clara")]
    assert is_said(trained) == [("otto", "accepted"), ("otto", "accepted"), ("clara", "accepted")]
    for words, reply in (("/teach", numbers[0]), ("/teach Otto", None), ("/teach", None)):
        await admin.say(words, reply_to=reply)
        assert (await admin.next()).text == wording.teach_how("Amelia")
    await sent(admin, MAYA, "/teach")
    assert (await admin.next()).text == wording.teach_how("Amelia")


async def test_someone_new_is_asked_about_and_the_photos_wait(admin: Person, trained: Settings) -> None:
    await admin.send_album([portrait("maya", 1), portrait("maya", 2)], "/teach Maya Rosa")
    await admin.next()
    question = await admin.next()
    assert question.text == wording.is_that_new("Maya Rosa")
    assert said(trained) == []
    assert not (trained.home / "photos" / "Maya_Rosa").exists()
    await admin.press(question, "Yes, someone new: Maya Rosa")
    told = next(message for message in [await admin.next() for _ in range(2)] if message.id == question.id)
    assert told.text.startswith("I'll remember 2 photos of Maya Rosa.\n\nThat is a new name for me: Maya Rosa.")
    assert (trained.home / "photos" / "Maya_Rosa").is_dir()
    assert is_said(trained) == 2 * [("Maya_Rosa", "accepted")]
    assert "Maya Rosa" in (await shown(admin, portrait("maya", 3))).text
    await sent(admin, MAYA, "/teach Amelie")
    question = await fresh(admin)
    assert buttons(question) == ["It is Amelia", "No, a new name: Amelie"]
    await press(admin, question, "It is Amelia")
    assert is_said(trained)[-1] == ("amelia", "accepted")
    await admin.send_photo(MAYA, "/teach @maya")
    await fresh(admin)
    assert "begins with a sign" in (await fresh(admin)).text


async def test_what_is_changed_into_another_photo_teaches_nothing_and_each_caption_its_own_photo(
    telegram: LocalTelegram, admin: Person, trained: Settings
) -> None:
    first, second = await shown(admin, MAYA), await shown(admin, OTTO)
    photos = [answer.raw["reply_to_message"] for answer in (first, second)]
    telegram.inject({"edited_message": photos[0] | {"photo": photos[1]["photo"], "caption": "Otto", "edit_date": 2}})
    assert (await admin.next()).text == another_photo()
    for number, caption in enumerate(("Otto", "Clara"), 1):
        new = {"message_id": photos[1]["message_id"] + 100 + number, "media_group_id": "77", "caption": caption}
        telegram.inject({"message": photos[number - 1] | new})
    assert (await admin.next()).text.startswith("1. This is Otto. ✎ Corrected.\n")
    assert is_said(trained) == [("otto", "accepted"), ("clara", "accepted")]
    telegram.inject({"edited_message": photos[1] | new | {"caption": "Ben", "edit_date": 3}})
    assert "2. This is Ben. ✓ Confirmed." in (await admin.next()).text
    assert is_said(trained)[2:] == [("ben", "accepted")]


async def test_captions_of_an_album_that_are_no_names_are_said(
    telegram: LocalTelegram, admin: Person, trained: Settings
) -> None:
    photo = (await shown(admin, MAYA)).raw["reply_to_message"]
    couple = (await shown(admin, COUPLE)).raw["reply_to_message"]
    third = (await shown(admin, OTTO)).raw["reply_to_message"]

    def send(album: str, *captions: str | None) -> None:
        for number, (one, caption) in enumerate(zip((photo, couple, third), captions, strict=True), 1):
            new = {"message_id": third["message_id"] + 100 * int(album) + number, "media_group_id": album}
            telegram.inject({"message": one | new | ({"caption": caption} if caption else {})})

    send("1", "Otto", "Clara", "at the beach")
    assert "1. This is Otto. ✎ Corrected." in (await admin.next()).text
    question = await admin.next()
    assert (question.text, buttons(question)) == (wording.which_is("Clara"), ["2", "3", "None of them"])
    assert (await admin.next()).text == wording.no_sure_name(1)
    assert is_said(trained) == [("otto", "accepted")]
    await admin.press(question, "3")
    texts = [(await admin.next()).text for _ in range(2)]
    assert wording.face_is(3, "Clara") in texts
    send("2", "Ottto", "on the way", None)
    await admin.next()
    assert (await admin.next()).text == wording.several_captions()
    assert is_said(trained) == [("otto", "accepted"), ("clara", "accepted")]


async def test_no_face_and_what_is_no_picture_teach_nothing(admin: Person, trained: Settings) -> None:
    await sent(admin, jpeg(1), "Otto")
    assert (await admin.next()).text == wording.no_face_of("Otto")
    await admin.send_file(b"no picture at all", "otto.jpg", "image/jpeg", "Otto")
    assert (await admin.next()).text.endswith(wording.nothing_learned("Otto"))
    assert said(trained) == []


async def test_a_guests_caption_and_one_in_a_group_stay_what_they_are(
    telegram: LocalTelegram, admin: Person, trained: Settings
) -> None:
    guest = await invited(telegram, "Gus")
    for caption in ("Otto", "/teach Otto"):
        await guest.send_photo(OTTO, caption)
        assert "Ben" in (await guest.next()).text
    await guest.say("/teach Otto")
    assert "/teach" not in (await guest.next()).text
    await settled(telegram, trained)
    assert said(trained) == []
