import os
import re
from datetime import time
from ipaddress import ip_network
from pathlib import Path

import pytest

from data.settings import Settings, SettingsError, load_settings

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"


@pytest.fixture(autouse=True)
def nothing_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in list(os.environ):
        if name.upper().startswith("COUSINBOT_"):
            monkeypatch.delenv(name)


def complaint(monkeypatch: pytest.MonkeyPatch, **values: str) -> str:
    for field, value in values.items():
        monkeypatch.setenv(f"COUSINBOT_{field.upper()}", value)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    return str(caught.value)


def test_with_nothing_set_everything_has_its_default() -> None:
    settings = load_settings()
    assert settings.telegram_token is None
    assert settings.telegram_api == "https://api.telegram.org"
    assert settings.admins == settings.chats == frozenset()
    assert (settings.home, settings.facts, settings.device) == (Path("family"), Path("facts.yaml"), "auto")
    assert (settings.webhook_url, settings.webhook_port) == (None, 8443)
    assert settings.keep_days is None


def test_all_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    values = {
        "TELEGRAM_TOKEN": TOKEN,
        "TELEGRAM_API": "http://127.0.0.1:8081/",
        "TELEGRAM_FILES": "/var/lib/telegram-bot-api",
        "ADMINS": " 1, 2,,3 ",
        "CHATS": "-100123",
        "INVITE": "reunion-2026",
        "HOME": "~/fam",
        "FACTS": "f.yaml",
        "DEVICE": "cpu",
        "WEBHOOK_URL": "https://bot.example.org/t",
        "WEBHOOK_HOST": "localhost",
        "WEBHOOK_PORT": "9000",
        "WEBHOOK_SECRET": "s3cret",
        "KEEP_DAYS": "30",
        "RETRAIN_AFTER": "12",
        "RETRAIN_AT": "03:30",
        "PHOTOS_A_MINUTE": "20",
        "HEALTH_PORT": "9110",
        "LOG_FORMAT": "json",
        "WEB_PORT": "8080",
        "WEB_HOST": "localhost",
        "WEB_URL": "https://Cousins.example.org/",
        "WEB_PROXIES": "127.0.0.1, 10.0.0.7/8",
        "WEB_OPEN": "no",
        "IMMICH_KEY": "k3y",
        "LANGUAGE": "pl-PL",
    }
    assert {name.lower() for name in values} == set(Settings.model_fields)
    for name, value in values.items():
        monkeypatch.setenv(f"COUSINBOT_{name}", value)
    settings = load_settings()
    assert settings.bot_token() == TOKEN
    assert settings.telegram_api == "http://127.0.0.1:8081"
    assert settings.telegram_files == Path("/var/lib/telegram-bot-api")
    assert settings.admins == {1, 2, 3}
    assert settings.chats == {-100123}
    assert settings.home == Path.home() / "fam"
    assert (settings.webhook_host, settings.webhook_port, settings.keep_days) == ("127.0.0.1", 9000, 30)
    assert (settings.retrain_after, settings.retrain_at) == (12, time(3, 30))
    assert (settings.web_host, settings.web_port, settings.web_open) == ("127.0.0.1", 8080, False)
    assert settings.web_url == "https://cousins.example.org"
    assert settings.language == "pl"
    assert settings.immich_key is not None
    assert settings.immich_key.get_secret_value() == "k3y"
    assert "k3y" not in repr(settings)
    assert settings.web_proxies == {ip_network("127.0.0.1"), ip_network("10.0.0.0/8")}


@pytest.mark.parametrize(
    "url", ["cousins.example.org", "ftp://a.example", "https://a.example/below", "https://a:b@c.d"]
)
def test_the_address_of_the_pages_has_nothing_behind_its_name(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    assert "COUSINBOT_WEB_URL" in complaint(monkeypatch, web_url=url)


@pytest.mark.parametrize("proxies", ["my-proxy", "127.0.0.1, 300.1.1.1"])
def test_proxies_are_addresses(monkeypatch: pytest.MonkeyPatch, proxies: str) -> None:
    assert "COUSINBOT_WEB_PROXIES" in complaint(monkeypatch, web_proxies=proxies)


def test_pages_without_keys_are_for_this_computer_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    said = complaint(monkeypatch, web_open="true", web_host="0.0.0.0")
    assert "COUSINBOT_WEB_OPEN" in said
    assert "COUSINBOT_WEB_HOST=127.0.0.1" in said


def test_pages_without_keys_have_no_address_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy that does not say so asks for everybody, and looks like a program on this computer."""
    said = complaint(monkeypatch, web_open="true", web_url="https://cousins.example.org")
    assert "without COUSINBOT_WEB_URL" in said
    monkeypatch.setenv("COUSINBOT_WEB_OPEN", "true")
    monkeypatch.setenv("COUSINBOT_WEB_URL", "http://localhost:8080")
    assert load_settings().web_open


def test_the_env_file_is_read_and_the_environment_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("# a comment\nCOUSINBOT_ADMINS=1, 2\nCOUSINBOT_DEVICE=cpu\nOTHER=x\n")
    monkeypatch.setenv("COUSINBOT_DEVICE", "mps")
    settings = load_settings()
    assert settings.admins == {1, 2}
    assert settings.device == "mps"


@pytest.mark.parametrize("blank", ["", "   "])
def test_blank_is_not_set(monkeypatch: pytest.MonkeyPatch, blank: str) -> None:
    for field in Settings.model_fields:
        monkeypatch.setenv(f"COUSINBOT_{field.upper()}", blank)
    assert load_settings() == Settings.model_construct()


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("telegram_token", "hello", "not a bot token"),
        ("telegram_token", TOKEN[:20], "not a bot token"),
        ("telegram_api", "api.telegram.org", "http"),
        ("admins", "1, bob", "“bob” is not a number"),
        ("admins", "-5", "COUSINBOT_CHATS"),
        ("admins", "1, 1087968824", "1087968824 is no person's id"),
        ("chats", "5", "COUSINBOT_ADMINS"),
        ("invite", "two words", "only contain letters"),
        ("device", "gpu", "auto, cpu, cuda, mps"),
        ("webhook_url", "http://bot.example.org", "https://"),
        ("webhook_host", "bot.example.org", "not an address in numbers"),
        ("webhook_port", "70000", "65535"),
        ("webhook_port", "web", "whole number"),
        ("webhook_secret", "ö", "only contain letters"),
        ("keep_days", "0", "1 or more"),
        ("keep_days", "999999999", "36500 or less"),  # no calendar goes back that far
        ("retrain_after", "-1", "0 or more"),
        ("admins", "9" * 19, "16 digits at most"),  # no database has room for it
        ("chats", "-" + "9" * 5000, "16 digits at most"),
        ("retrain_at", "25:00", "00:00 to 23:59"),
        ("retrain_at", "3", "00:00 to 23:59"),
    ],
)
def test_a_wrong_one_is_named_with_an_example(
    monkeypatch: pytest.MonkeyPatch, field: str, value: str, says: str
) -> None:
    message = complaint(monkeypatch, **{field: value})
    name = f"COUSINBOT_{field.upper()}"
    assert message.startswith(f"{name} is not right. ")
    assert says in message
    assert f"For example: {name}=" in message
    assert "\n" not in message


@pytest.mark.parametrize("digits", [9, 19, 5000])
@pytest.mark.parametrize("field", ["webhook_port", "keep_days", "retrain_after", "photos_a_minute", "health_port"])
def test_no_number_is_without_a_bound(monkeypatch: pytest.MonkeyPatch, field: str, digits: int) -> None:
    message = complaint(monkeypatch, **{field: "9" * digits})
    assert re.search(r"is not right\. The value must be (\d+ or less|a whole number)\.", message)


def test_all_that_is_wrong_is_said_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = complaint(monkeypatch, admins="bob", keep_days="0", devise="cpu").splitlines()
    assert [line.split()[0] for line in lines] == ["COUSINBOT_DEVISE", "COUSINBOT_ADMINS", "COUSINBOT_KEEP_DAYS"]


@pytest.mark.parametrize(
    "line", ["COUSINBOT_INVITE s3cret", "COUSINBOT_INVITE: s3cret", "COUSINBOT_INVITE", "OTHER='x"]
)
def test_a_line_of_the_env_file_that_sets_nothing_is_said(line: str) -> None:
    Path(".env").write_text(f"# a comment\nCOUSINBOT_DEVICE=cpu\n{line}\n")
    with pytest.raises(SettingsError, match=r"^Line 3 of the file \.env .* NAME=value there\.$") as caught:
        load_settings()
    assert "s3cret" not in str(caught.value)


def test_every_example_is_itself_right(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, field in Settings.model_fields.items():
        assert field.description
        assert field.examples
        monkeypatch.setenv(f"COUSINBOT_{name.upper()}", field.examples[0])
    load_settings()


def test_a_webhook_needs_its_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    message = complaint(monkeypatch, webhook_url="https://bot.example.org")
    assert message.startswith("COUSINBOT_WEBHOOK_SECRET is missing")


def test_the_local_bot_api_server_may_call_without_https(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUSINBOT_WEBHOOK_URL", "http://127.0.0.1:9000")
    monkeypatch.setenv("COUSINBOT_WEBHOOK_SECRET", "x")
    assert load_settings().webhook_url == "http://127.0.0.1:9000"


def test_a_missing_token_says_where_to_get_one() -> None:
    with pytest.raises(SettingsError, match=r"^COUSINBOT_TELEGRAM_TOKEN is missing; @BotFather .*=\d+:AA"):
        load_settings().bot_token()


def test_a_misspelt_name_is_suggested(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "did you mean COUSINBOT_ADMINS?" in complaint(monkeypatch, admin="1")
    monkeypatch.delenv("COUSINBOT_ADMIN")
    Path(".env").write_text("COUSINBOT_TELEGRAM_TOKN=x\n")
    assert "did you mean COUSINBOT_TELEGRAM_TOKEN?" in complaint(monkeypatch)


@pytest.mark.parametrize("field", ["telegram_token", "invite", "webhook_secret"])
def test_a_secret_is_never_shown(monkeypatch: pytest.MonkeyPatch, field: str) -> None:
    assert "hush hush" not in complaint(monkeypatch, **{field: "hush hush"})
    monkeypatch.setenv(f"COUSINBOT_{field.upper()}", TOKEN if field == "telegram_token" else "hush")
    assert not re.search(f"{TOKEN}|hush", repr(load_settings()))
