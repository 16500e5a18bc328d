"""Which language the command speaks: the family's, from the environment or `.env`, else the system's."""

from pathlib import Path

import pytest

from cli.language import of_whoever_types


@pytest.mark.parametrize(
    ("environment", "env_file", "spoken"),
    [
        ({}, "", "en"),
        ({"LANG": "de_DE.UTF-8"}, "", "de"),
        ({"LANG": "de_DE.UTF-8", "LC_MESSAGES": "pl_PL"}, "", "pl"),
        ({"LC_ALL": "C.UTF-8", "LANG": "de_DE.UTF-8"}, "", "en"),
        ({"LANG": "de_DE.UTF-8"}, "COUSINBOT_HOME=x\nCOUSINBOT_LANGUAGE=fr\n", "fr"),
        ({"LANG": "de_DE.UTF-8", "COUSINBOT_LANGUAGE": "es"}, "COUSINBOT_LANGUAGE=fr\n", "es"),
        ({"LANG": "de_DE.UTF-8", "COUSINBOT_LANGUAGE": "tlh"}, "", "de"),  # who needs the settings says what is wrong
        ({"LANG": "de_DE.UTF-8"}, "COUSINBOT_LANGUAGE=\n", "de"),
        ({"LANG": "de_DE.UTF-8"}, "\xff damaged", "de"),
    ],
)
def test_the_nearest_wish_counts(
    environment: dict[str, str], env_file: str, spoken: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "COUSINBOT_LANGUAGE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    (tmp_path / ".env").write_text(env_file, "latin-1")
    monkeypatch.chdir(tmp_path)
    assert of_whoever_types() == spoken
