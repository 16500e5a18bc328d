"""What is said to whoever starts the pages, and in their log."""

from foundation.translation import _, ngettext


def ready(url: str, cousins: int, version: str | None) -> str:
    if not cousins:
        return _(
            "The pages are ready at {url}. There are no photos yet: “cousinbot photos import” brings them in.", url=url
        )
    if version is None:
        return ngettext(
            "The pages are ready at {url}: {count} cousin. Nothing has been trained yet: run “cousinbot train”.",
            "The pages are ready at {url}: {count} cousins. Nothing has been trained yet: run “cousinbot train”.",
            cousins,
            url=url,
        )
    return ngettext(
        "The pages are ready at {url}: {count} cousin, version {version}",
        "The pages are ready at {url}: {count} cousins, version {version}",
        cousins,
        url=url,
        version=version,
    )


def how_to_come_in() -> str:
    return _("To come in, make a link in another terminal: cousinbot web link --admin")


def is_open() -> str:
    return _("COUSINBOT_WEB_OPEN is on: every program on this computer may ask who is on a photo, without a key.")
