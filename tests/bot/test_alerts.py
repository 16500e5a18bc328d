"""Messages to the admins, on a bad day."""

from telegram.ext import AIORateLimiter, ExtBot

from bot.alerts import Alerts
from demo.telegram.faults import Fault
from demo.telegram.person import Person
from demo.telegram.server import LocalTelegram


async def test_one_admin_who_cannot_be_told_keeps_no_other_from_it(telegram: LocalTelegram) -> None:
    first, second = await Person.join(telegram.url, "Ann", 1), await Person.join(telegram.url, "Bob", 2)
    for admin in (first, second):
        await admin.say("/start")
    telegram.faults.add(Fault("sendMessage", "fail", status=502, description="Bad Gateway"))
    async with ExtBot(telegram.token, base_url=f"{telegram.url}/bot", rate_limiter=AIORateLimiter()) as bot:
        await Alerts(bot, frozenset({1, 2})).tell("The facts are broken.")

    assert (await second.next()).text == "The facts are broken."
