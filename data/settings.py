"""Every setting, from the environment (`COUSINBOT_…`) or from the file `.env` in the current folder."""

import difflib
import io
import os
import re
from collections.abc import Mapping, Sequence
from datetime import time
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from dotenv.parser import parse_stream
from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from data import wording
from data.people.identities import MOST_DIGITS, SHARED
from foundation.languages import codes, known

PREFIX = "COUSINBOT_"
_NO_SECRET = "no_secret"
TELEGRAM = "https://api.telegram.org"
_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]{20,}")
_HOUR = re.compile(r"([01]?\d|2[0-3]):[0-5]\d")
_WORD = re.compile(r"[A-Za-z0-9_-]+")
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


class SettingsError(Exception):
    """Settings are wrong or missing; the message has a line for each that names it and says what to write."""


def _numbers(value: object) -> object:
    """ "1, 2" as the numbers 1 and 2."""
    if not isinstance(value, str):
        return value
    words = [word for word in re.split(r"[,;\s]+", value) if word]
    for word in words:
        if not re.fullmatch(r"-?[0-9]+", word):
            raise _wrong(wording.not_a_number(word))
        if len(word.lstrip("-")) > MOST_DIGITS:
            raise _wrong(wording.not_an_id(word[:MOST_DIGITS], MOST_DIGITS))
    return [int(word) for word in words]


class Settings(BaseSettings):
    """What the family decides. The examples are what the errors tell people to write."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True
    )

    telegram_token: SecretStr | None = Field(
        default=None,
        description="The token @BotFather gave you for your bot. Needed to run the bot, and for nothing else.",
        examples=["123456789:AAExampleExampleExampleExampleExamp"],
    )
    telegram_api: str = Field(
        default=TELEGRAM,
        description="The Bot API server; change it only if you run one of your own.",
        examples=[TELEGRAM],
    )
    telegram_files: Path | None = Field(
        default=None,
        description="The folder of a Bot API server of your own that runs with --local; without it files are fetched.",
        examples=["/var/lib/telegram-bot-api"],
    )
    admins: Annotated[frozenset[int], NoDecode] = Field(
        default=frozenset(),
        description="Telegram ids of the people who may correct and review, separated by commas.",
        examples=["123456789, 987654321"],
    )
    chats: Annotated[frozenset[int], NoDecode] = Field(
        default=frozenset(),
        description="Ids of the groups whose members may ask (negative numbers), separated by commas.",
        examples=["-1001234567890"],
    )
    invite: SecretStr | None = Field(
        default=None,
        description="The code, of 16 characters or more, in the link t.me/your_bot?start=CODE; who opens it may ask.",
        examples=["the-smiths-reunion-2026"],
    )
    home: Path = Field(
        default=Path("family"),
        description="The private folder: photos, what guests sent, the database, the trained versions.",
        examples=["/srv/family"],
    )
    facts: Path = Field(
        default=Path("facts.yaml"),
        description="The file with what to talk about, per cousin.",
        examples=["facts.yaml"],
    )
    device: Literal["auto", "cpu", "cuda", "mps"] = Field(
        default="auto",
        description="Where the networks run: auto (a GPU if there is one), cpu, cuda (NVIDIA) or mps (Apple).",
        examples=["cpu"],
    )
    webhook_url: str | None = Field(
        default=None,
        description="The public https address Telegram calls; without it the bot asks Telegram for news itself.",
        examples=["https://bot.example.org/telegram"],
    )
    webhook_host: str = Field(
        default="127.0.0.1",
        description="The address of this computer the webhook listens on: 127.0.0.1 for a reverse proxy beside the bot,"
        " 0.0.0.0 for all.",
        examples=["127.0.0.1"],
    )
    webhook_port: int = Field(
        default=8443,
        ge=1,
        le=65535,
        description="The local port the webhook listens on.",
        examples=["8443"],
    )
    webhook_secret: SecretStr | None = Field(
        default=None,
        description="A password of your own that Telegram shows at every call; needed with a webhook.",
        examples=["letters-digits-and_underscores"],
    )
    keep_days: int | None = Field(
        default=None,
        ge=1,
        le=36_500,  # a hundred years: calendars end
        description="Days after which guests' photos are deleted; without it they are kept.",
        examples=["30"],
    )
    # Corrections count at once, so that a run is for what they can't do: a head and a threshold that know them too.
    # It takes minutes of two cores; 20 are about what one evening of a reunion brings, and hardly chance.
    retrain_after: int = Field(
        default=20,
        ge=0,
        le=100_000,
        description="Accepted corrections that start a training run by themselves; 0: only /retrain does.",
        examples=["20"],
    )
    retrain_at: time | None = Field(
        default=None,
        description="The hour, on this computer's clock, at which new corrections are trained on each day.",
        examples=["03:30"],
    )

    photos_a_minute: int = Field(
        default=30,
        ge=1,
        le=10_000_000,
        description="Photos a minute that one guest gets answered; the rest waits its turn.",
        examples=["30"],
    )
    health_port: int | None = Field(
        default=None,
        ge=1,
        le=65535,
        description="The port on this machine for /healthz and Prometheus' /metrics; without it there are none.",
        examples=["9110"],
    )
    web_port: int | None = Field(
        default=None,
        ge=1,
        le=65535,
        description="The port of the family's pages; without it the bot serves none, and `cousinbot web` takes 8080.",
        examples=["8080"],
    )
    web_host: str = Field(
        default="127.0.0.1",
        description="The address of this computer the pages listen on: 127.0.0.1 for this computer and a reverse proxy"
        " on it, 0.0.0.0 for all.",
        examples=["127.0.0.1"],
    )
    web_url: str | None = Field(
        default=None,
        description="The address under which people open the pages: links begin with it.",
        examples=["https://cousins.example.org"],
    )
    web_proxies: Annotated[frozenset[IPv4Network | IPv6Network], NoDecode] = Field(
        default=frozenset(),
        description="Addresses of your reverse proxies, separated by commas: only they are believed who asks.",
        examples=["127.0.0.1"],
    )
    web_open: bool = Field(
        default=False,
        description="true lets every program on this computer ask without a key; only while the pages listen on"
        " 127.0.0.1.",
        examples=["false"],
    )
    immich_key: SecretStr | None = Field(
        default=None,
        description="The API key of your Immich, for `photos import` from it; without it you are asked.",
        examples=["letters-and-digits"],
    )
    language: str | None = Field(
        default=None,
        description="The family's language, for whoever has not chosen another and whose Telegram or browser names none"
        " that there is: en, de, es, fr, he or pl; without it English.",
        examples=["de"],
    )
    log_format: Literal["text", "json"] | None = Field(
        default=None,
        description="How the log is written: text or json; without it text on a terminal, JSON lines elsewhere.",
        examples=["text"],
    )

    @model_validator(mode="before")
    @classmethod
    def _without_blanks(cls, given: dict[str, Any]) -> dict[str, Any]:
        stripped = {k: v.strip() if isinstance(v, str) else v for k, v in given.items()}
        return {k: v for k, v in stripped.items() if v != ""}

    @field_validator("telegram_token")
    @classmethod
    def _check_token(cls, token: SecretStr | None) -> SecretStr | None:
        if token and not _TOKEN.fullmatch(token.get_secret_value()):
            raise _wrong(wording.not_a_token())
        return token

    @field_validator("telegram_api")
    @classmethod
    def _check_api(cls, url: str) -> str:
        if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
            raise _wrong(wording.not_an_address())
        return url.rstrip("/")

    @field_validator("telegram_files")
    @classmethod
    def _check_files(cls, folder: Path | None) -> Path | None:
        if folder and not folder.expanduser().is_absolute():
            raise _wrong(wording.not_from_the_root())
        return folder and folder.expanduser()

    @field_validator("admins", "chats", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return _numbers(value)

    @field_validator("admins")
    @classmethod
    def _check_admins(cls, ids: frozenset[int]) -> frozenset[int]:
        if any(i <= 0 for i in ids):
            raise _wrong(wording.not_peoples_ids())
        if ids & SHARED:
            raise _wrong(wording.not_one_person(min(ids & SHARED)))
        return ids

    @field_validator("chats")
    @classmethod
    def _check_chats(cls, ids: frozenset[int]) -> frozenset[int]:
        if any(i >= 0 for i in ids):
            raise _wrong(wording.not_groups_ids())
        return ids

    @field_validator("invite", "webhook_secret")
    @classmethod
    def _check_word(cls, word: SecretStr | None) -> SecretStr | None:
        # Telegram allows no other characters in a start link or a webhook's secret.
        if word and not (_WORD.fullmatch(word.get_secret_value()) and len(word) <= 64):
            raise _wrong(wording.not_a_code())
        return word

    @field_validator("retrain_at", mode="before")
    @classmethod
    def _check_hour(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        if not _HOUR.fullmatch(value):
            raise _wrong(wording.not_a_time())
        return value.zfill(5)  # 3:30 is meant for 03:30

    @field_validator("language")
    @classmethod
    def _check_language(cls, wanted: str | None) -> str | None:
        if wanted and not (wanted := known(written := wanted)):
            raise _wrong(wording.not_a_language(written, codes()))
        return wanted

    @field_validator("home", "facts")
    @classmethod
    def _expand(cls, path: Path) -> Path:
        return path.expanduser()

    @field_validator("web_url")
    @classmethod
    def _check_web_url(cls, url: str | None) -> str | None:
        if url is None:
            return None
        try:
            parts = urlsplit(url)
            fits = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
        except ValueError:  # no port
            raise _wrong(wording.not_a_web_address()) from None
        if not fits or parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc:
            raise _wrong(wording.not_a_web_address())
        return f"{parts.scheme}://{parts.netloc}".lower()

    @field_validator("web_proxies", mode="before")
    @classmethod
    def _split_networks(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        networks = []
        for word in re.split(r"[,;\s]+", value.strip(",; ")):
            try:
                networks.append(ip_network(word, strict=False))
            except ValueError:
                raise _wrong(wording.not_an_ip_address(word)) from None
        return networks

    @field_validator("webhook_host", "web_host")
    @classmethod
    def _check_host(cls, host: str) -> str:
        try:
            return str(ip_address("127.0.0.1" if host == "localhost" else host))
        except ValueError:
            raise _wrong(wording.not_an_ip_address(host)) from None

    @field_validator("webhook_url")
    @classmethod
    def _check_webhook(cls, url: str | None) -> str | None:
        if url:
            parts = urlsplit(url)
            loopback = parts.scheme == "http" and parts.hostname in _LOOPBACK  # a Bot API server on this machine
            if not (parts.hostname and (parts.scheme == "https" or loopback)):
                raise _wrong(wording.webhook_not_https())
        return url

    @model_validator(mode="after")
    def _webhook_is_whole(self) -> Self:
        if self.webhook_url and not self.webhook_secret:
            raise PydanticCustomError(_NO_SECRET, "{field}", {"field": "webhook_secret"})
        return self

    @model_validator(mode="after")
    def _open_is_for_this_computer(self) -> Self:
        elsewhere = self.web_url is not None and urlsplit(self.web_url).hostname not in _LOOPBACK
        # A proxy that says of nobody that it asks for others looks like a program on this computer.
        if self.web_open and (elsewhere or not ip_address(self.web_host).is_loopback):
            raise PydanticCustomError("setting", "{sentence}", {"sentence": wording.open_to_all(), "field": "web_open"})
        return self

    @property
    def standing_code(self) -> str | None:
        """The invitation that is always good."""
        return self.invite.get_secret_value() if self.invite else None

    def bot_token(self) -> str:
        """The token, for those who cannot do without. Raises SettingsError where it is not set."""
        if self.telegram_token is None:
            raise SettingsError(wording.token_missing(*_name_and_example("telegram_token")))
        return self.telegram_token.get_secret_value()


def load_settings() -> Settings:
    """Read the environment and `.env`. Raises SettingsError for all that is wrong, misspelt names included."""
    try:
        wrong = _wrong_names(_names_in_env_file())
        try:
            settings = Settings()
        except ValidationError as error:
            wrong += _explain(error)
    except OSError as error:
        raise SettingsError(wording.env_unreadable(error.strerror or str(error))) from None
    except UnicodeDecodeError:
        raise SettingsError(wording.env_not_utf8()) from None
    if wrong:  # not raised from pydantic's error, which would show the value, and that may be a secret
        raise SettingsError("\n".join(wrong))
    return settings


def _names_in_env_file() -> list[str]:
    """Raises SettingsError for lines that say nothing, OSError, UnicodeDecodeError."""
    file = Path(".env")
    lines = list(parse_stream(io.StringIO(file.read_text("utf-8")))) if file.is_file() else []
    # A name of ours alone on its line sets nothing either; what is on the line may be a secret.
    empty = [line for line in lines if line.error or (line.value is None and (line.key or "").startswith(PREFIX))]
    if empty:
        raise SettingsError("\n".join(wording.env_line_unreadable(line.original.line) for line in empty))
    return [line.key for line in lines if line.key]


def _wrong_names(in_env_file: Sequence[str]) -> list[str]:
    known = {PREFIX + field.upper() for field in Settings.model_fields}
    complaints = []
    for name in dict.fromkeys([*os.environ, *in_env_file]):
        if name.upper().startswith(PREFIX) and name.upper() not in known:
            near = difflib.get_close_matches(name.upper(), known, n=1)
            complaints.append(wording.setting_misspelt(name, near[0]) if near else wording.setting_unknown(name))
    return complaints


def _explain(error: ValidationError) -> list[str]:
    complaints = []
    for one in error.errors(include_url=False, include_input=False):
        context = one.get("ctx", {})
        field = str(one["loc"][0]) if one["loc"] else str(context["field"])
        name, example = _name_and_example(field)
        if one["type"] == _NO_SECRET:
            complaints.append(wording.setting_missing_for_webhook(name, example))
        else:
            complaints.append(wording.setting_wrong(name, _complaint(one["type"], one["msg"], context), example))
    return complaints


def _complaint(kind: str, message: str, context: Mapping[str, Any]) -> str:
    """What pydantic found, in a sentence."""
    match kind:
        case "setting":
            return message
        case "greater_than_equal":
            return wording.too_small(context["ge"])
        case "less_than_equal":
            return wording.too_large(context["le"])
        case "literal_error":
            return wording.none_of(", ".join(re.findall("'(.*?)'", context["expected"])))
        case "int_parsing" | "int_parsing_size":
            return wording.not_a_whole_number()
        case _:
            return wording.other_wrong(message)


def _wrong(sentence: str) -> PydanticCustomError:
    return PydanticCustomError("setting", "{sentence}", {"sentence": sentence})


def _name_and_example(field: str) -> tuple[str, str]:
    examples = Settings.model_fields[field].examples or []
    return PREFIX + field.upper(), examples[0]
