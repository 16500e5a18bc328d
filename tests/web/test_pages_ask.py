"""Ask, in a real browser: photos in, names in words out, and a word back where one was wrong."""

import asyncio
from pathlib import Path

import httpx
from playwright.async_api import Browser, FileChooser, Route, expect

from demo.family import draw_group
from tests.bot.trained import jpeg_of, portrait
from tests.web.browsing import A_MINUTE, CALLERS, Site, assert_accessible, browsing, seen, thrown

GUS = CALLERS["guest"].person or 0


async def test_asking_and_correcting(site: Site, browser: Browser, photo: Path) -> None:
    async with browsing(browser, site, "guest", "phone") as page:
        await page.goto(site.url)
        await expect(page.get_by_role("heading", name="Who is this?")).to_be_visible()
        await page.locator("input[data-ask]").last.set_input_files([photo, photo])
        await expect(page.locator("#answers .sentence")).to_have_count(2)
        assert await site.store.guesses.count_photos(GUS) == 0  # nothing is kept
        first = page.locator("#answers .asked").first
        await expect(first.locator(".boxes .box")).to_have_count(1)
        await seen(page, "ask-guest-phone-answered")
        await first.locator("summary").click()
        await seen(page, "ask-guest-phone-menu")
        await assert_accessible(page)
        await first.get_by_role("button", name="Nobody you know").click()
        await expect(first.locator(".told")).to_have_text("Thank you! An admin will take a look.")
        await expect(first.locator(".told")).to_be_focused()
        [proposal] = await site.store.statements.proposed()
        assert (proposal.statement.says, proposal.statement.by) == ("stranger", GUS)
        await seen(page, "ask-guest-phone-thanked")


async def test_the_answer_is_announced_and_its_buttons_are_not(site: Site, browser: Browser, photo: Path) -> None:
    async with browsing(browser, site) as page:
        await page.goto(site.url)
        heard = page.locator("[aria-live=polite]")
        await expect(heard).to_have_text("")
        await page.locator("input[data-ask]").last.set_input_files(photo)
        await expect(heard).to_contain_text("This is almost certainly Ben")
        await expect(heard).to_contain_text("He bakes. Better not mention: his old car")
        await expect(heard).not_to_contain_text("That's right")


async def test_photos_that_are_dropped_and_pasted(site: Site, browser: Browser, tmp_path: Path) -> None:
    files = [tmp_path / f"{cousin}.jpg" for cousin in ("ben", "amelia", "clara")]
    for file in files:
        file.write_bytes(portrait(file.stem, 77))
    async with browsing(browser, site) as page:
        await page.goto(site.url)
        await thrown(page, "drop", *files[:2])
        await expect(page.locator("#answers .sentence")).to_have_count(2)
        await expect(page.locator("#answers .sentence").first).to_contain_text("Ben")
        await expect(page.locator("#answers .sentence").last).to_contain_text("Amelia")
        await thrown(page, "paste", files[2])
        await expect(page.locator("#answers .sentence").first).to_contain_text("Clara")


async def test_several_faces_on_one_photo(site: Site, browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "both.jpg"
    file.write_bytes(jpeg_of(draw_group(["ben", "amelia"], seed=5)))
    async with browsing(browser, site, "admin", "desktop", "dark") as page:
        await page.goto(site.url)
        await page.locator("input[data-ask]").last.set_input_files(file)
        faces = page.locator("#answers .face")
        await expect(faces).to_have_count(2)
        await expect(page.locator(".boxes text")).to_have_text(["1", "2"])
        await expect(faces.nth(1).locator(".sentence")).to_contain_text("Face 2")
        await faces.nth(1).locator("summary").click()
        await seen(page, "ask-admin-desktop-dark-faces")
        await assert_accessible(page)
        await (
            faces.nth(1)
            .get_by_role("button", name="A stranger")
            .or_(faces.nth(1).get_by_role("button", name="Nobody you know"))
            .click()
        )
        await expect(faces.nth(1).locator(".told")).to_contain_text("I'll remember: nobody from the family.")
        await expect(faces.nth(0).locator(".choices")).to_be_visible()
        [said] = await site.store.statements.accepted()
        guess = await site.store.guesses.get(said.guess_id)
        assert guess is not None
        assert guess.number == 2


async def test_whose_name_is_somebody_elses_is_asked(site: Site, browser: Browser, photo: Path, tmp_path: Path) -> None:
    (tmp_path / "other.jpg").write_bytes(portrait("ben", 78))
    async with browsing(browser, site, "admin") as page:
        await page.goto(site.url)
        await page.locator("input[data-ask]").last.set_input_files([photo, tmp_path / "other.jpg"])
        for number, (name, asked, choice) in enumerate(
            [
                ("Amelie", "I don't know “Amelie”. Do you mean one of these?", "It is Amelia"),
                ("Amelia", "I already know “Amelia”. Is that the one you mean?", "No, a new name: Amelia"),
            ]
        ):
            card = page.locator("#answers .asked").nth(number)
            await card.locator("summary").click()
            await card.get_by_label("Someone new").fill(name)
            await card.get_by_label("Someone new").press("Enter")
            question = card.get_by_role("group", name=asked)
            await expect(question).to_be_focused()
            await seen(page, f"ask-admin-desktop-doubt-{number}")
            await assert_accessible(page)
            await question.get_by_role("button", name=choice).click()
            await expect(card.locator(".told")).to_contain_text("I'll remember: Amelia")
            cousins = [one.statement.cousin for one in await site.store.statements.accepted()]
            assert cousins == ["amelia", "Amelia_2"][: number + 1]
    assert "Amelia_2" in {path.name for path in site.home.photos.iterdir()}


async def test_someone_new(site: Site, browser: Browser, photo: Path) -> None:
    async with browsing(browser, site, "admin") as page:
        await page.goto(site.url)
        await page.locator("input[data-ask]").last.set_input_files(photo)
        await page.locator("#answers summary").click()
        await page.get_by_label("Someone new").fill("Zoë Quist")
        await page.get_by_label("Someone new").press("Enter")
        await expect(page.locator("#answers .told")).to_contain_text("I'll remember: Zoë Quist.")
        assert "Zoë_Quist" in {one.statement.cousin for one in await site.store.statements.accepted()}


async def test_guests_make_nobody_new(site: Site) -> None:
    gus = CALLERS["guest"]
    answer = await site.recognition.answer(portrait("ben", 70), gus)
    async with httpx.AsyncClient(base_url=site.url, cookies={"who": "guest"}, trust_env=False, timeout=30) as client:
        for fields in ({"says": "new", "new": "Zoë"}, {"says": "meant", "cousin": "ben"}):
            assert (await client.post(f"/answers/{answer.id}/faces/1", data=fields)).status_code == 400
    async with httpx.AsyncClient(base_url=site.url, cookies={"who": "admin"}, trust_env=False, timeout=30) as client:
        for cousin in ("nobody", "../photos", ""):
            fields = {"says": "meant", "cousin": cousin}
            assert (await client.post(f"/answers/{answer.id}/faces/1", data=fields)).status_code == 400
    assert sorted(path.name for path in site.home.photos.iterdir()) == ["amelia", "ben", "clara", "diego"]


async def test_asking_without_scripts(site: Site, browser: Browser, photo: Path) -> None:
    async with browsing(browser, site, "guest", scripts=False) as page:
        await page.goto(site.url)
        await page.get_by_label("Your photos").set_input_files(photo)
        await seen(page, "ask-guest-desktop-no-script")
        await page.get_by_role("button", name="Ask").click()
        await expect(page.locator(".sentence")).to_be_visible()
        picture = await page.get_by_alt_text("Your photo").bounding_box()
        assert picture is not None
        assert picture["height"] > 200  # it is there: else there would be a line of text
        await expect(page.locator(".picture .boxes .box")).to_be_visible()
        await page.locator("summary").click()
        await page.get_by_role("button", name="Nobody you know").click()
        await expect(page.get_by_role("status")).to_have_text("Thank you! An admin will take a look.")
    async with browsing(browser, site, "admin", scripts=False) as page:
        await page.goto(site.url)
        await page.get_by_label("Your photos").set_input_files(photo)
        await page.get_by_role("button", name="Ask").click()
        await page.locator("summary").click()
        await page.get_by_label("Someone new").fill("Amelie")
        await page.get_by_role("button", name="Add").click()
        await seen(page, "ask-admin-desktop-no-script-doubt")
        await page.get_by_role("button", name="It is Amelia").click()
        await expect(page.get_by_role("status")).to_have_text("Thank you, I'll remember: Amelia.")


async def test_a_file_that_is_no_photo(site: Site, browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no picture")
    async with browsing(browser, site, expected=("400",)) as page:
        await page.goto(site.url)
        await page.locator("input[data-ask]").last.set_input_files(tmp_path / "notes.txt")
        await expect(page.locator("#answers .told")).to_contain_text("notes.txt")
        await seen(page, "ask-guest-desktop-no-photo")
        await assert_accessible(page)


async def test_who_asks_too_fast_loses_nothing(site: Site, browser: Browser, photo: Path) -> None:
    each = 60 // A_MINUTE
    async with browsing(browser, site, expected=("429",)) as page:
        await page.clock.install()
        await page.goto(site.url)
        await page.locator("input[data-ask]").last.set_input_files([photo] * (A_MINUTE + 1))
        await expect(page.locator("#answers .sentence")).to_have_count(A_MINUTE)
        last = page.locator("#answers .asked").last
        await expect(last.locator(".told")).to_have_text(
            f"garden.jpg: That's a lot of photos at once! Please send the next one in {each} seconds."
            " I'll try again by myself."
        )
        await seen(page, "ask-guest-desktop-too-fast")
        await assert_accessible(page)
        await page.clock.fast_forward(1000 * each)  # somebody else's photos were quicker
        await expect(last.get_by_role("button", name="Try again")).to_be_visible()
        site.clock.now += each
        await last.get_by_role("button", name="Try again").click()
        await expect(last.locator(".sentence")).to_contain_text("Ben")
        await page.locator("input[data-ask]").last.set_input_files([photo])
        first = page.locator("#answers .asked").first
        await expect(first.locator(".told")).to_contain_text("by myself")
        site.clock.now += each
        await page.clock.fast_forward(1000 * each)
        await expect(first.locator(".sentence")).to_contain_text("Ben")


async def test_the_pace_is_that_of_programs_and_not_for_admins(site: Site) -> None:
    async def asked(who: str, *photos: bytes) -> httpx.Response:
        files = [("file", (f"{number}.jpg", photo)) for number, photo in enumerate(photos)]
        async with httpx.AsyncClient(base_url=site.url, cookies={"who": who}, trust_env=False, timeout=60) as client:
            return await client.post("/", files=files)

    ben = portrait("ben", 77)
    for _ in range(A_MINUTE - 1):
        assert site.pace.wait(CALLERS["guest"]) == 0  # as POST /image does
    some = await asked("guest", ben, ben)
    assert some.status_code == 200
    assert some.headers["retry-after"] == str(60 // A_MINUTE)
    assert some.text.count('class="sentence"') == 1
    none = await asked("guest", ben)
    assert (none.status_code, none.headers["retry-after"]) == (429, str(60 // A_MINUTE))
    for _ in range(A_MINUTE + 1):
        assert (await asked("admin", ben)).status_code == 200


async def test_pictures_have_the_same_pace_for_themselves(site: Site) -> None:
    answer = await site.recognition.answer(portrait("ben", 77), CALLERS["guest"])
    async with httpx.AsyncClient(base_url=site.url, cookies={"who": "guest"}, trust_env=False, timeout=60) as client:
        seen = [await client.get(f"/answers/{answer.id}/picture") for _ in range(A_MINUTE + 1)]
    assert [one.status_code for one in seen] == [200] * A_MINUTE + [429]
    assert seen[-1].headers["retry-after"] == str(60 // A_MINUTE)
    assert site.pace.wait(CALLERS["guest"]) == 0


async def test_without_a_network_nothing_is_lost(site: Site, browser: Browser, photo: Path) -> None:
    async with browsing(browser, site, expected=("ERR_",)) as page:
        await page.goto(site.url)

        async def fail(route: Route) -> None:
            await (route.abort() if route.request.method == "POST" else route.continue_())

        await page.route("**/*", fail)
        await page.locator("input[data-ask]").last.set_input_files(photo)
        await expect(page.locator("#answers .told")).to_have_text("That did not work. Are you still connected?")
        await page.unroute("**/*", fail)
        await page.get_by_role("button", name="Try again").click()
        await expect(page.locator("#answers .sentence")).to_contain_text("Ben")


async def test_by_keyboard_alone(site: Site, browser: Browser, photo: Path) -> None:
    choosers: asyncio.Queue[FileChooser] = asyncio.Queue()
    async with browsing(browser, site, "guest") as page:
        page.on("filechooser", choosers.put_nowait)
        await page.goto(site.url)
        await page.keyboard.press("Tab")
        await expect(page.get_by_role("link", name="Skip to the page")).to_be_focused()
        await page.keyboard.press("Enter")
        await page.keyboard.press("Tab")
        chooser = page.locator("input[data-ask]").last
        await expect(chooser).to_be_focused()
        await page.keyboard.press("Enter")
        await (await asyncio.wait_for(choosers.get(), 20)).set_files(photo)
        await expect(page.locator("#answers .sentence")).to_be_visible()
        await expect(chooser).to_be_focused()  # as it was: from there it is one step to the answer
        await page.keyboard.press("Tab")
        await expect(page.get_by_role("button", name="That's right")).to_be_focused()
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await page.keyboard.press("Tab")
        await expect(page.locator(".names button").first).to_be_focused()
        await page.keyboard.press("Enter")
        await expect(page.locator("#answers .told")).to_be_focused()
        await page.goto(f"{site.url}/cousins")
        await page.locator(".cousins a").first.focus()
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", level=1)).to_have_text("Amelia")


async def test_a_second_click_and_a_name_of_blanks_take_nothing_away(site: Site, browser: Browser, photo: Path) -> None:
    async with browsing(browser, site, "admin", expected=("400",)) as page:
        await page.goto(site.url)
        await page.locator("input[data-ask]").last.set_input_files([photo, photo])
        await expect(page.locator(".face")).to_have_count(2)
        first, second = page.locator(".face").first, page.locator(".face").last
        await first.get_by_role("button", name="✓ That's right").dblclick()
        await expect(first.locator(".told")).to_contain_text("remember")
        await second.get_by_text("✗ That's wrong").click()
        await second.get_by_label("Someone new").fill("   ")
        await second.get_by_role("button", name="Add").click()
        await expect(second.locator(".told")).to_contain_text("choose a name")
        await expect(second.get_by_role("button", name="Amelia")).to_be_visible()
