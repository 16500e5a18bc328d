"""What keeps files, databases and ports from being used, and what to do about it."""

from foundation.translation import _


def disk_full() -> str:
    return _("The disk is full: please free up some space.")


def quota_used_up() -> str:
    return _("Your share of the disk is used up: please free up some space.")


def disk_read_only() -> str:
    return _("The disk is read-only: please remount it so that it can be written to.")


def disk_failing() -> str:
    return _("The disk reports errors: please check the system's log.")


def not_allowed(file: str) -> str:
    return _("This user may not use {file} (Permission denied): please give this user access to it.", file=file)


def not_allowed_there() -> str:
    return _("This user may not do that (Permission denied): please give this user access to the folder.")


def database_busy() -> str:
    return _("Another program is using the database: please close it.")


def database_read_only() -> str:
    return _("The database is read-only: please give this user write access to the file and its folder.")


def database_closed() -> str:
    return _("The database can't be opened: please give this user write access to the file and its folder.")


def database_failing() -> str:
    return _("The disk reports errors or is full: please check the free space and the system's log.")


def database_damaged() -> str:
    return _("The database is damaged: please stop the bot and restore your last backup with cousinbot restore.")


def reason(reason: str) -> str:
    """What the operating system or a library says, where we know no better."""
    return _("The reason given: {reason}.", reason=reason)


def proxy_unusable(variable: str) -> str:
    return _(
        "The proxy in {variable} can't be used: please write it as http://host:port, https://host:port or"
        " socks5://host:port.",
        variable=variable,
    )


def through_proxy(reason: str, variable: str) -> str:
    return _("{reason}; the way leads through the proxy in {variable}", reason=reason, variable=variable)


def port_taken(port: int, reason: str, setting: str) -> str:
    return _(
        "Port {port} can't be used ({reason}). Please choose another in {setting}.",
        port=port,
        reason=reason,
        setting=setting,
    )


def no_such_address(host: str, setting: str) -> str:
    return _(
        "This computer has no address {host}. Please choose one of its own in {setting}: 127.0.0.1 for a reverse proxy"
        " on this computer, 0.0.0.0 for all.",
        host=host,
        setting=setting,
    )
