"""Where there is no page: what is the matter, and what to do; as JSON for programs."""

from collections.abc import AsyncIterator

import httpx
import pytest
from playwright.async_api import Browser, expect
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.web.browsing import CALLERS, Site, assert_accessible, browsing, seen
from web.pages.errors import handlers
from web.templating import Pages

FETCHED = {"X-Requested-With": "fetch"}


async def fails(request: Request) -> Response:
    status = int(request.path_params["status"])
    if status == 500:
        raise RuntimeError("secret of /home/family")
    raise HTTPException(status, request.query_params.get("detail"), {"X-Told": "yes"})


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    paths = ("/{status:int}", "/api/{status:int}")
    app = Starlette(routes=[Route(path, fails) for path in paths], exception_handlers=handlers(Pages()))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://family") as client:
        yield client


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (400, "Please go back"),
        (401, "An admin of the family gives you a link; where the family has a bot in Telegram, so does /web"),
        (403, "This is for admins"),
        (404, "There is nothing here"),
        (405, "There is nothing here"),
        (413, "fewer or smaller photos"),
        (429, "Please try again in a minute."),
        (500, "That is my fault, not yours."),
        (503, "Something went wrong"),
    ],
)
async def test_what_is_the_matter_and_what_to_do(client: httpx.AsyncClient, status: int, words: str) -> None:
    page = await client.get(f"/{status}")
    assert page.status_code == status
    assert words in page.text
    assert page.text.startswith("<!doctype html>")
    assert page.headers["cache-control"] == "no-store"
    assert "secret" not in page.text
    asked_by_a_script = await client.get(f"/{status}", headers=FETCHED)
    assert "data-fragment" in asked_by_a_script.text
    assert "<html" not in asked_by_a_script.text
    program = await client.get(f"/api/{status}")
    assert program.status_code == status
    assert list(program.json()) == ["error"]
    assert "secret" not in program.text
    if status != 500:
        assert page.headers["x-told"] == program.headers["x-told"] == "yes"


async def test_a_sentence_of_whoever_refuses_goes_before(client: httpx.AsyncClient) -> None:
    assert "Please open the page again." in (await client.get("/403?detail=Please open the page again.")).text


async def test_a_path_of_programs_that_there_is_not(client: httpx.AsyncClient) -> None:
    assert list((await client.get("/api/nothing/here")).json()) == ["error"]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", ["desktop", "phone"])
async def test_errors_in_the_browser(site: Site, browser: Browser, size: str, theme: str) -> None:
    told = (("nobody", "/", "Please sign in"), ("guest", "/models", "This is for admins"))
    for who, path, title in (*told, ("admin", "/cousins/charlie", "There is nothing here")):
        async with browsing(browser, site, who, size, theme, expected=("status of 40",)) as page:
            await page.goto(site.url + path)
            await expect(page.get_by_role("heading", level=1)).to_have_text(title)
            await expect(page.get_by_role("navigation", name="Pages")).to_have_count(0 if who not in CALLERS else 1)
            await seen(page, f"error-{who}-{size}-{theme}")
            await assert_accessible(page)


async def test_more_photos_than_one_form_may_have(site: Site) -> None:
    def some(count: int) -> list[tuple[str, tuple[str, bytes]]]:
        return [("file", (f"{number}.jpg", b"no photo")) for number in range(count)]

    async with httpx.AsyncClient(base_url=site.url, cookies={"who": "admin"}, trust_env=False, timeout=30) as client:
        asked = await client.post("/", files=some(21))
        assert (asked.status_code, "Please send at most 20 photos at once." in asked.text) == (400, True)
        added = await client.post("/cousins/ben/photos", files=some(201))
        assert (added.status_code, "Please send at most 200 photos at once." in added.text) == (400, True)
