"""The card of a version: what it is, what it was taught and how well it does. `card.json` beside its weights."""

import re
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Literal, Self

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, ValidationError, model_validator

from foundation.file_digest import sha256_of
from foundation.wilson import wilson_interval
from models import wording
from models.architectures import Crop

LIBRARY: Final = "library"
FORMAT: Final = 3
GENUINE: Final = ("genuine_similarities", "genuine_cosines")
"""Beside the gallery in `weights.safetensors`: `inference.naming.genuine.GenuineScores`, a number a cousin."""
_FORMAT: Final = re.compile(rb'\s*\{\s*"format":\s*(\d+)')


def digest_of(weights: Path) -> str:
    """What a card notes of its weights: the file's sha256, in hex. Raises `OSError`."""
    return sha256_of(weights)


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Sample(_Part):
    """One face that the version was taught or judged on."""

    sha256: str = Field(description="of the bytes the photo came as")
    cousin: str
    source: str = Field(description="`library`, or `correction:` and its number")
    fold: int = Field(description="0 is the holdout, which nothing is trained on")
    box: tuple[float, float, float, float] = Field(description="left, top, right, bottom in fractions of the photo")
    said_by: int | None = Field(default=None, description="Telegram id of whoever said who it is; null for a folder")
    accepted_by: int | None = Field(default=None, description="Telegram id of the admin who accepted that")

    @property
    def was_sent(self) -> bool:
        """Whether the photo came to the bot, instead of lying in the library."""
        return self.source != LIBRARY


class Denial(_Part):
    """A statement that says who a face is not. Nothing is taught on it, and its folder is not believed."""

    sha256: str
    correction: int
    says: Literal["not", "stranger", "not_a_face"] = Field(
        validation_alias=AliasChoices("says", "verdict"),  # `verdict` in cards of the first format
    )
    cousin: str | None = Field(description="who it is not; null where it is nobody of the family, or no face")
    said_by: int | None
    accepted_by: int | None

    @property
    def was_sent(self) -> bool:
        """Whether the photo came to the bot: only of its guesses anything is denied."""
        return True


class Unclear(_Part):
    """A photo of a cousin's that was left out because nobody could tell which of its faces is theirs."""

    sha256: str = Field(description="of the bytes the photo came as")
    cousin: str
    boxes: tuple[tuple[float, float, float, float], ...] = Field(
        description="of its faces, each left, top, right, bottom in fractions of the photo"
    )


class Skipped(_Part):
    """A photo that was left out, and why in words."""

    photo: str
    reason: str
    unclear: Unclear | None = Field(default=None, description="what somebody may settle by pointing at the right face")


class Confusion(_Part):
    """How many held-out photos of `cousin` were named `named`."""

    cousin: str
    named: str
    photos: int


class Stage(_Part):
    """One stage of training: how it did on the holdout and whether it was kept."""

    name: Literal["head", "unfrozen"]
    epochs: int
    accuracy: float
    kept: bool


class Metrics(_Part):
    """Measured on held-out photos; shares between 0 and 1, null where there was nothing to measure on."""

    closed_set_accuracy: float = Field(
        validation_alias=AliasChoices("closed_set_accuracy", "accuracy"),  # the latter in cards of the first format
        description="share whose likeliest name is right, had the bot to name everybody",
    )
    closed_set_ci95: tuple[float, float] = Field(validation_alias=AliasChoices("closed_set_ci95", "accuracy_ci95"))
    per_cousin: dict[str, float] = Field(description="share of each cousin's that are named right")
    confused: list[Confusion]
    named_correctly: float = Field(
        validation_alias=AliasChoices("named_correctly", "known_accepted"),  # the latter in cards of the first format
        description="share that are named right by the bot, for whom no name is no right one: what people are told",
    )
    asked_correctly: float = Field(
        default=0.0, description="share that are asked about by the bot, with the right name first"
    )
    look_alikes_refused: float | None = Field(
        description="share of photos to which no name is said when their cousin is left out of the gallery: relatives"
        " as strangers"
    )
    ece: float
    photos: int
    before_forgetting: bool = Field(
        default=False, description="whether photos or cousins were taken out of the version since it was measured"
    )

    @property
    def named_correctly_ci95(self) -> tuple[float, float]:
        """The 95 % interval of `named_correctly`, the share that people are told: guests meet refusals too."""
        return wilson_interval(self.named_correctly * self.photos, self.photos)


class Card(_Part):
    """Everything about a version but its weights."""

    format: Literal[1, 2, 3] = Field(
        default=FORMAT,
        description="1 knows photos that people sent by the kept file; `actions.running.home_upgrade` makes it 2, which"
        " knows names and nobody only",
    )
    version: str
    created: datetime
    architecture: str
    crop: Crop
    chosen: bool = Field(default=False, description="whether somebody asked for this architecture by name")
    size: int
    network: str = Field(
        validation_alias=AliasChoices("network", "space"),  # `space` in cards of the first format
        description="fingerprint of what makes embeddings: they can be compared where it is the same",
    )
    weights: str | None = Field(
        default=None, description="sha256 of weights.safetensors; null where the version was made without noting it"
    )
    detector: str
    cousins: list[str]
    heads: list[str] = Field(
        default=[],
        description="whose each row of the head is, where cousins were merged since it was trained; empty: one row a"
        " cousin, in their order",
    )
    threshold: float = Field(description="cosine similarity to a cousin's gallery from which the name is said")
    asks_from: float | None = Field(
        default=None, description="similarity from which it is asked about, and below which it is nobody; null: never"
    )
    allowances: list[tuple[int, float]] = Field(
        default=[(1, 0.0)],
        description="photos in a gallery, and what similarity to it gains for being taken over so few",
    )
    slope: float = Field(description="how fast a similarity away from the threshold becomes certainty")
    nearest_weight: float = Field(
        default=0.0, description="of the centred cosine to a cousin's nearest photo, added to the head's scores"
    )
    temperature: float = Field(description="divides the scores, so that confidence means how often it is right")
    uniform: float = Field(
        default=0.0, description="share of the confidence that goes to everybody alike: labels may be wrong"
    )
    stages: list[Stage]
    metrics: Metrics
    samples: list[Sample]
    skipped: list[Skipped]
    denials: list[Denial] = []
    corrections: list[int] = Field(
        description="numbers of the corrections it has heard: taught, judged by, denials, or set aside because the face"
        " contradicts them"
    )
    parent: str | None = Field(description="the champion when it was trained")
    libraries: dict[str, str]
    device: str
    seconds: float

    @model_validator(mode="before")
    @classmethod
    def _without_passes(cls, values: Any) -> Any:
        """Versions of the second format noted when a face needed no second look; now all are seen as often."""
        return {key: value for key, value in values.items() if key != "second_pass_raises"}

    @property
    def keeps_its_network(self) -> bool:
        """Whether later versions are to have the same network, seeing the same: it was chosen, and is not merely the
        best that there was. v1 did not note it: there dlib's was the best."""
        is_best = self.architecture == "fused" or (self.architecture == "face" and not self.chosen)
        return not is_best or self.crop != "aligned"

    @property
    def unclear(self) -> list[Unclear]:
        """The photos it was not taught for want of somebody who points at the right face."""
        return [one.unclear for one in self.skipped if one.unclear is not None]

    @property
    def library_photos(self) -> frozenset[tuple[str, str]]:
        """The sha256 of each photo of the library that it was taught or judged on, with whom it shows."""
        return frozenset((one.sha256, one.cousin) for one in self.samples if not one.was_sent)

    @classmethod
    def read(cls, file: Path) -> Self:
        """The card in a file. Raises `OSError`, and `ValueError` where it is damaged or of another cousinbot."""
        content = file.read_bytes()
        if (written := _FORMAT.match(content)) and int(written[1]) > FORMAT:
            raise ValueError(wording.newer_card())
        try:
            return cls.model_validate_json(content)
        except ValidationError as error:
            field = ".".join(map(str, error.errors(include_url=False, include_input=False)[0]["loc"]))
            raise ValueError(wording.card_wrong(field) if field else wording.card_damaged()) from None

    def fits(self, weights: Path) -> bool:
        """Whether this file is the one that was saved with the card, as far as it can tell. Raises `OSError`.

        A disk may give back zeros, or another file's pages, that load well and name everybody wrongly.
        """
        return self.weights is None or digest_of(weights) == self.weights
