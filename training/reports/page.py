"""Pages for a browser, whose sentences are in the reader's language."""

from importlib.resources import files

from foundation.templates import environment


def page(template: str, **values: object) -> str:
    """The page that a template of this folder makes of the values."""
    return environment().from_string(files("training.reports").joinpath(template).read_text("utf-8")).render(values)
