"""Two training runs at once: started by hand in two windows, or by hand and by the bot."""

from pathlib import Path

from models.registry import Registry


def test_each_run_gets_a_version_of_its_own(tmp_path: Path) -> None:
    registry = Registry(tmp_path / "models")
    with registry.new_version() as (first, one):
        (one / "card.json").write_text("one")
        with registry.new_version() as (second, two):
            (two / "card.json").write_text("two")
    assert {first, second} == {"v001", "v002"} == set(registry.versions())
    assert (registry.path(first) / "card.json").read_text() == "one"
    assert (registry.path(second) / "card.json").read_text() == "two"


def test_what_a_killed_run_left_behind_costs_a_number_only(tmp_path: Path) -> None:
    registry = Registry(tmp_path)
    (tmp_path / ".new-v001").mkdir()
    with registry.new_version() as (version, folder):
        (folder / "card.json").write_text("{}")
    assert registry.versions() == [version] == ["v002"]
