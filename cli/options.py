"""Options that several commands take."""

from pathlib import Path

import click

from foundation.languages import ENGLISH
from foundation.reader import speak

FOLDER = click.Path(path_type=Path, file_okay=False)
FILE = click.Path(path_type=Path)


def _for_programs(_: click.Context, __: click.Parameter, as_json: bool) -> bool:
    """What programs read is English, whatever language the rest is in: also the error that a command ends with."""
    if as_json:
        speak(ENGLISH)
    return as_json


JSON = click.option(
    "--json",
    "as_json",
    is_flag=True,
    is_eager=True,
    callback=_for_programs,
    help="Print one JSON object and nothing else.",
)
PHOTOS = click.option(
    "--photos", type=FOLDER, help="Where each cousin has a folder; default: photos/ in COUSINBOT_HOME."
)
ARCH = click.option(
    "--arch",
    help="fused (two face networks), face (dlib's alone), mobilefacenet, resnet34, resnet50 or any torchvision one,"
    " or onnx:FILE, a face network of your own."
    "  [default: that of the version that answers, if it was chosen; else fused where both are there, else face]",
)
CROP = click.option("--crop", type=click.Choice(["aligned", "face", "whole"]), help="What the network sees of a photo.")
SCRATCH = click.option("--from-scratch", is_flag=True, help="Start from random weights instead of pretrained ones.")
UNFROZEN = click.option("--unfrozen-epochs", type=click.IntRange(0), help="Epochs with everything unfrozen.")
