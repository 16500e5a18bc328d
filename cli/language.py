"""The language of whoever types a command."""

import os
from contextlib import suppress
from pathlib import Path

from dotenv.parser import parse_stream

from foundation.languages import from_environment, negotiated

_SETTING = "COUSINBOT_LANGUAGE"


def of_whoever_types() -> str:
    """The family's language, from the environment or `.env`; else the system's. What is wrong with the setting or the
    file is said by those commands that need the settings."""
    return negotiated(os.environ.get(_SETTING) or _in_env_file(), from_environment(os.environ))


def _in_env_file() -> str | None:
    with suppress(OSError, UnicodeDecodeError), Path(".env").open(encoding="utf-8") as file:
        return next((line.value for line in parse_stream(file) if line.key == _SETTING), None)
    return None
