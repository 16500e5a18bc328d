"""Why a message was set aside, where no error says so."""

from foundation.translation import _


def failed_before_restart() -> str:
    return _("it failed before a restart")
