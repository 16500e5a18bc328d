"""Pages for a browser, whose sentences are in the reader's language."""

from importlib.resources import files

from jinja2 import Environment

from foundation.translation import clock, date, number, percent, sentence, sentences


def page(template: str, **values: object) -> str:
    """The page that a template of this folder makes of the values."""
    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.i18n"])
    environment.policies["ext.i18n.trimmed"] = True
    environment.install_gettext_callables(sentence, sentences, newstyle=True)  # type: ignore[attr-defined]
    environment.filters |= {"clock": clock, "date": date, "number": number, "percent": percent}
    return environment.from_string(files("training.reports").joinpath(template).read_text("utf-8")).render(values)
