"""What the bot says to whoever starts it."""

from foundation.translation import _, ngettext


def ready(username: str, cousins: int, version: str | None) -> str:
    if version is None:
        return ngettext(
            "cousinbot is ready: @{username}, {count} cousin. Nothing has been trained yet: run “cousinbot train”.",
            "cousinbot is ready: @{username}, {count} cousins. Nothing has been trained yet: run “cousinbot train”.",
            cousins,
            username=username,
        )
    return ngettext(
        "cousinbot is ready: @{username}, {count} cousin, version {version}",
        "cousinbot is ready: @{username}, {count} cousins, version {version}",
        cousins,
        username=username,
        version=version,
    )


def pages_ready(url: str) -> str:
    return _("The pages are ready at {url}. /web in the chat, or “cousinbot web link”, lets somebody in.", url=url)
