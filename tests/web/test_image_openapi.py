"""The OpenAPI document says what the API does: schemathesis finds nothing that contradicts it."""

import asyncio
import os
import shutil
import sys
from pathlib import Path

from tests.web.answering import api_of
from tests.web.test_image import FACTS

ROOT = Path(__file__).parents[2]


async def test_schemathesis_finds_no_failure(trained_home: Path, tmp_path: Path) -> None:
    (tmp_path / "facts.yaml").write_text(FACTS)
    home = Path(shutil.copytree(trained_home, tmp_path / "family"))
    async with api_of(home, tmp_path / "facts.yaml") as api:
        run = await asyncio.create_subprocess_exec(
            Path(sys.executable).with_name("st"),
            *("run", f"{api.url}/api/openapi.json", "--header", "Authorization: Bearer guest"),
            *("--max-examples", "15", "--seed", "1", "--no-color"),
            cwd=tmp_path,
            env={
                "PATH": os.environ.get("PATH", ""),
                "PYTHONPATH": str(ROOT),
                "SCHEMATHESIS_HOOKS": "tests.web.photo_strategies",
                "NO_PROXY": "127.0.0.1",
            },
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        output, _ = await run.communicate()
    assert run.returncode == 0, output.decode()
    assert b"5 selected / 5 total" in output


async def test_the_document_names_every_operation(trained_home: Path, tmp_path: Path) -> None:
    async with api_of(trained_home, tmp_path / "facts.yaml") as api, api.calling("") as client:
        document = (await client.get("/api/openapi.json")).json()
    assert document["openapi"] == "3.1.0"
    assert set(document["paths"]) == {
        "/image",
        "/api/corrections",
        "/api/cousins",
        "/api/cousins/{key}",
        "/api/facts",
    }
    assert set(document["paths"]["/image"]["post"]["responses"]) == {"200", "400", "401", "403", "413", "429", "503"}
