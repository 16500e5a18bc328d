"""The rules of the house that no other test would notice."""

import fnmatch
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from dotenv import dotenv_values
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from cli.reference import PAGE, reference
from data.settings import PREFIX, Settings

ROOT = Path(__file__).parent.parent
MEGABYTE = 1_000_000


def tracked() -> list[Path]:
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [path for name in names.split("\0") if (path := ROOT / name).is_file()]


def locked() -> list[Requirement]:
    return [Requirement(line) for line in (ROOT / "requirements.lock").read_text().splitlines()]


def modules_after(code: str) -> set[str]:
    """The top-level packages a fresh Python has imported after running `code`."""
    report = "import sys; print('\\n' + ' '.join({name.partition('.')[0] for name in sys.modules}))"
    ran = subprocess.run(
        [sys.executable, "-c", f"{code}\n{report}"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return set(ran.stdout.splitlines()[-1].split())


def test_no_tracked_file_is_big() -> None:
    assert [path for path in tracked() if path.stat().st_size > MEGABYTE] == []


def test_only_their_own_tests_import_benchmarks() -> None:
    """What the two share lies in tests: a test must not change its meaning because a measurement does."""
    importing = re.compile(r"^\s*(from|import) benchmarks\b", re.MULTILINE)
    tests = (path for path in (ROOT / "tests").rglob("*.py") if path.parent.name != "benchmarks")
    assert [path for path in tests if importing.search(path.read_text("utf-8"))] == []


def test_no_photo_or_secret_of_a_family_is_tracked() -> None:
    private = re.compile(r"family/|.*\.(db|env|heic|safetensors|pth|pkl|dat|onnx)$|\.env$")
    assert [name for path in tracked() if private.match(name := path.relative_to(ROOT).as_posix())] == []


def test_the_lock_pins_every_dependency_and_no_address() -> None:
    text = (ROOT / "requirements.lock").read_text()
    assert "://" not in text
    assert "--" not in text
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    pins = {canonicalize_name(pin.name): pin for pin in locked()}
    for requirement in map(Requirement, wanted):
        assert canonicalize_name(requirement.name) in pins, f"run make lock: {requirement.name} is missing"
    for pin in pins.values():
        assert re.fullmatch(r"==[^*]+", str(pin.specifier)), pin


def test_the_lock_asks_for_gpu_libraries_on_linux_only() -> None:
    gpu = [pin for pin in locked() if pin.name.startswith(("nvidia-", "cuda-", "triton"))]
    assert gpu
    for pin in gpu:
        assert pin.marker is not None, pin
        assert not pin.marker.evaluate({"sys_platform": "darwin"}), pin


def test_every_setting_stands_in_the_example_and_in_the_docs() -> None:
    names = {PREFIX + field.upper() for field in Settings.model_fields}
    assert set(dotenv_values(ROOT / ".env.example")) == names
    table = re.findall(r"^\| `(COUSINBOT_\w+)` \|", (ROOT / "docs" / "install.md").read_text(), re.MULTILINE)
    assert sorted(table) == sorted(names)


def test_the_example_says_what_each_setting_is_and_holds_the_defaults() -> None:
    text = (ROOT / ".env.example").read_text()
    for name, field in Settings.model_fields.items():
        assert f"# {field.description}"[:-1] in text, name
    assert Settings(_env_file=ROOT / ".env.example") == Settings.model_construct()  # type: ignore[call-arg]


def test_an_installed_copy_has_every_file_of_its_packages() -> None:
    setuptools = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
    packaged = {
        f"{room.replace('.', '/')}/{glob}" for room, globs in setuptools["package-data"].items() for glob in globs
    }
    rooms = {glob.removesuffix("*") for glob in setuptools["packages"]["find"]["include"]}
    for path in tracked():
        name = path.relative_to(ROOT)
        if name.parts[0] in rooms and name.suffix not in (".py", ".md"):
            assert any(fnmatch.fnmatch(name.as_posix(), glob) for glob in packaged), name


def test_the_page_of_the_command_is_what_the_command_says() -> None:
    assert PAGE.read_text("utf-8") == reference(), "run make docs"


def test_the_image_is_built_from_every_package() -> None:
    setuptools = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
    let_in = {line.removeprefix("!") for line in (ROOT / ".dockerignore").read_text().splitlines() if line[:1] == "!"}
    assert {glob.removesuffix("*") for glob in setuptools["packages"]["find"]["include"]} <= let_in


def anchors(page: Path) -> set[str]:
    """What a link may name behind #: the page's headings, as forges spell them."""
    headings = re.findall(r"^#+ (.*)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_links_between_the_pages_lead_somewhere() -> None:
    pages = [path for path in tracked() if path.suffix == ".md"]
    assert {"README.md", "CONTRIBUTING.md", "CHANGELOG.md", "architecture.md"} <= {page.name for page in pages}
    for page in pages:
        for link, anchor in re.findall(r"\]\(([^)#\s]*)#?([^)\s]*)\)", page.read_text("utf-8")):
            if "://" in link:
                continue
            target = page.parent / link if link else page
            assert target.exists(), f"{page.name} links to {link}"
            assert not anchor or anchor in anchors(target), f"{page.name} links to {link}#{anchor}"


def test_pages_that_code_speaks_of_are_there() -> None:
    for path in tracked():
        if path.suffix not in {".svg", ".json", ".md", ".jpg", ".npz", ".webp"}:
            for page in re.findall(r"\bdocs/[\w/]+\.\w+", path.read_text("utf-8")):
                assert (ROOT / page).exists(), f"{path.relative_to(ROOT)} speaks of {page}"


def test_every_room_imports_only_what_it_may() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    ran = subprocess.run([linter, "--no-cache"], cwd=ROOT, check=False, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.parametrize("room", ["actions", "bot", "data", "inference", "training"])
def test_no_folder_has_more_modules_than_one_can_take_in(room: str) -> None:
    folders = [ROOT / room, *(path for path in (ROOT / room).rglob("*") if path.is_dir())]
    crowded = [folder.name for folder in folders if len({*folder.glob("*.py")} - {folder / "__init__.py"}) > 14]
    assert crowded == []


@pytest.mark.parametrize("room", ["bot", "data", "inference"])
def test_only_training_needs_fastai(room: str) -> None:
    everything = (
        f"import importlib, pkgutil, {room}\n"
        f"for module in pkgutil.walk_packages({room}.__path__, '{room}.'):\n"
        "    importlib.import_module(module.name)"
    )
    loaded = modules_after(everything)
    assert room in loaded
    assert loaded & {"fastai", "training"} == set()


def test_the_bot_serves_the_default_network_without_torch(trained_home: Path) -> None:
    """torch takes 2 s and 300 MB; the libraries that only training needs take more."""
    loaded = modules_after(
        "from pathlib import Path; import bot.app, cli.guess\n"
        "from inference.faces.detectors import load_detector\n"
        "from inference.decoding.photo import decode\n"
        "from inference.recognizer import Recognizer\n"
        f"home = Path({str(trained_home)!r})\n"
        "version = home / 'models' / (home / 'models' / 'current').read_text().strip()\n"
        "recognizer = Recognizer.load(version, load_detector(home / 'weights'), 'cpu')\n"
        "photo = decode(next(home.glob('photos/*/*.jpg')).read_bytes())\n"
        "assert recognizer.recognize([photo])[0][0].cousin"
    )
    assert "openvino" in loaded
    assert loaded & {"torch", "torchvision", "fastai", "matplotlib", "pandas", "sklearn"} == set()


def test_the_familys_files_are_read_without_any_network_library() -> None:
    loaded = modules_after("import data.facts.facts_file, data.files.home, data.files.library, data.settings")
    assert loaded & {"torch", "telegram", "PIL", "numpy"} == set()
