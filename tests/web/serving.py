"""`cousinbot web` in this process, as a family has it, and browsers and programs that ask it."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from data.settings import Settings
from data.store.store import Store
from tests.free_port import free_port
from web.access.sign_in import path_of
from web.serving import serve


def settings_of(home: Path, facts: Path, **changes: Any) -> Settings:
    usual: dict[str, Any] = {"home": home, "facts": facts, "device": "cpu", "web_port": free_port()}
    return Settings.model_validate(usual | changes)


@asynccontextmanager
async def served(settings: Settings) -> AsyncIterator[str]:
    """The address at which the pages answer while this is open."""
    url = f"http://127.0.0.1:{settings.web_port}"
    task = asyncio.create_task(serve(settings))
    try:
        await answers(url, task)
        yield url
    finally:
        task.cancel()
        await asyncio.wait([task])
        if not task.cancelled() and (error := task.exception()):
            raise error


async def answers(url: str, task: "asyncio.Task[None]") -> None:
    """Wait until somebody does at this address; what ended the task that should is raised."""
    async with httpx.AsyncClient(trust_env=False) as client, asyncio.timeout(60):
        while True:
            try:
                await client.get(f"{url}/healthz")
                return
            except httpx.ConnectError:
                if task.done():
                    task.result()
                await asyncio.sleep(0.01)


@asynccontextmanager
async def browser(url: str, **headers: str) -> AsyncIterator[httpx.AsyncClient]:
    """Keeps cookies, and says where its forms come from."""
    async with httpx.AsyncClient(
        base_url=url, headers={"Origin": url} | headers, timeout=60, trust_env=False, follow_redirects=False
    ) as client:
        yield client


async def come_in(client: httpx.AsyncClient, store: Store, name: str = "Gus", *, is_admin: bool = False) -> int:
    """By a link of somebody new; their number."""
    token = await store.sign_ins.make_link_for_newcomer(datetime.now(UTC), is_admin=is_admin)
    answer = await client.post(path_of(token), data={"name": name})
    assert answer.status_code == 303, answer.text
    found = await store.sign_ins.person(client.cookies["cousinbot"], datetime.now(UTC))
    assert found is not None
    return found[0]


def csrf_in(page: str) -> str:
    found = re.search('name="csrf" value="([0-9a-f]*)"', page)
    assert found is not None
    return found[1]
