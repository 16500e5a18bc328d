"""`cousinbot demo`, as a newcomer runs it."""

import os
import socket
import subprocess
import sys
from pathlib import Path


def cousinbot(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COUSINBOT_")}
    command = [sys.executable, "-m", "cli", *arguments]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=400, check=False
    )


def test_the_scripted_conversation_goes_as_it_should(tmp_path: Path) -> None:
    played = cousinbot("demo", "--once", folder=tmp_path)

    assert played.returncode == 0, played.stdout + played.stderr
    assert played.stdout.rstrip().endswith("Every answer was right.")
    assert "✗ bot" not in played.stdout
    for told in ("Amelia", "✎ Corrected", "Studies octopuses", "I don't think I know this person"):
        assert told in played.stdout
    assert list(tmp_path.iterdir()) == []  # it plays in a passing folder


def test_a_taken_port_is_said_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "demo-family" / "models").mkdir(parents=True)
    (tmp_path / "demo-family" / "models" / "current").write_text("v001\n")  # as if it had been set up before
    with socket.create_server(("127.0.0.1", 0)) as taken:
        refused = cousinbot("demo", "--port", str(taken.getsockname()[1]), folder=tmp_path)

    assert refused.returncode == 1
    assert "choose another" in refused.stderr
    assert "Traceback" not in refused.stderr
