"""Every number by which training can be tuned, with the reason for its value.

Elsewhere stand what belongs to one network (its epochs and learning rates: `models.architectures`; what is known of its
cosines: `models.cosines`), how a guest's photo is named (`inference`), and what only bounds time and memory.
"""

from dataclasses import dataclass, replace
from typing import Final, Self

from models.architectures import Architecture
from models.cosines import DLIB, Cosines


@dataclass(frozen=True, slots=True)
class Hyperparameters:
    """One run's; most runs take them as they are."""

    # Which photos count
    fewest_photos: int = 3
    """Usable photos that a cousin needs: with fewer there is nothing to hold out and compare."""
    face_lead: float = 0.02
    """Cosine, with dlib's network, by which a face must agree better with the cousin's other photos than every other
    face in the photo."""
    unusual_faces: float | None = 0.05
    """Share of a cousin's photos with a single face that may agree less with the others than a face that is taken
    though none leads (docs/measurements/recognition.md has the measured table); None: only a face that leads is."""
    fewest_witnesses: int = 3
    """Photos with a single face from which they alone are the others; with fewer all photos are, each by its nearest
    face."""
    nearest_witnesses: int = 5
    """A face's agreement is the mean of so many of its highest cosines to the others."""
    same_scene: int = 4
    """Hamming distance of 64-bit difference hashes (Krawetz 2013) up to which two photos of one cousin are
    near-duplicates by themselves."""
    alike_scene: int = 12
    """Up to which they are if the face is the same too."""

    # What judges
    folds: int = 5
    """One of so many judges champion and challenger and is never trained on; a tuned body is tried on one of as
    many."""

    # The head on the frozen body
    head_epochs: int | None = None
    """None: as many as the architecture needs."""
    batch: int = 16
    """Faces a step; the architectures' rates are for it."""
    large_batches: tuple[tuple[int, int], ...] = ((4096, 256), (256, 64))
    """From how many faces on a cosine head learns from batches of how many, at a rate that rises with their root. Of
    64: no worse by the mean of three splits of two families, in two fifths of the time; with fewer faces it would take
    too few steps. Of 256: the same share of 120 made-up cousins' photos named, in half the time
    (docs/measurements/performance.md)."""
    margin: float = 0.2
    """CosFace margin (Wang et al. 2018), in cosine: a cousin must win by that much while training."""
    weight_decay: float = 0.01

    # Everything unfrozen, on faces that are mirrored, turned, zoomed and in other light, as a guest's may well be
    unfrozen_epochs: int | None = None
    """None: as many as the architecture needs."""
    max_rotate: float = 6.0
    """Degrees."""
    max_zoom: float = 1.06
    max_lighting: float = 0.25
    max_warp: float = 0.05

    # What is made of the scores
    nearest_weight: float = 12.0
    """Of the centred cosine to a cousin's nearest photo, beside the head's scores: odd photos pull a head hardly. From
    4 to 24 nothing changes by more than one photo of two hundred."""

    # When it is nobody we know
    false_accepts: float = 0.02
    """Share of the left-out cousins' photos that may pass for somebody else. Cousins are harder to tell apart than
    strangers are, so that fewer strangers pass: docs/measurements/recognition.md has the measured table."""
    false_refusals: float = 0.05
    """Share of the cousins' own photos that may be refused at least, where nothing is known of how near strangers come
    with the network. Two cousins who are not at all alike say little of strangers: by the left-out ones alone, up to
    half of the strangers passed in families of two."""
    most_refusals: float = 0.07
    """Share of the cousins' own photos that may be asked about for the sake of look-alikes. Where relatives look alike
    and there are few photos of each, by the left-out cousins alone every third known face went unnamed
    (docs/measurements/feedback.md)."""

    # Whether the challenger takes over
    significance: float = 0.05
    """Of an exact McNemar test, one-sided: below it the challenger is worse."""
    significance_for_one: float = 0.1
    """The same for all single cousins together, by Holm's correction. They have few held-out photos each, while to keep
    the champion costs little: where nothing befell the others, four lost and none won are enough."""

    # Which labels are doubted
    doubted_lead: float = 2.0
    """Lead of another cousin from which a label is doubted: docs/measurements/recognition.md has the measured table."""
    compared_lead: float = -2.0
    """Lead from which all faces of the photo are compared, not only the one that was chosen."""
    cosine_weight: float = 30.0
    """What a cosine of dlib's network counts beside a log-probability. Together they found more than either alone."""
    regularisation: float = 10.0
    """Of the logistic regression that gives the log-probability (scikit-learn's `C`)."""

    # By which network photos are compared
    cosines: Cosines = DLIB
    """What is known of its cosines: `face_lead` and `cosine_weight` are as large as suits them."""

    def compared_by(self, network: Architecture) -> Self:
        """The same for photos that this network compares."""
        wider = network.cosines.spread / self.cosines.spread
        return replace(
            self,
            face_lead=self.face_lead * wider,
            cosine_weight=self.cosine_weight / wider,
            cosines=network.cosines,
        )

    def head_epochs_of(self, shape: Architecture) -> int:
        """As many as were asked for, else as the architecture needs."""
        return shape.head_epochs if self.head_epochs is None else self.head_epochs

    def unfrozen_epochs_of(self, shape: Architecture) -> int:
        """As many as were asked for, else as the architecture needs; 0 where the body stays frozen."""
        return shape.unfrozen_epochs if self.unfrozen_epochs is None else self.unfrozen_epochs


DEFAULTS: Final = Hyperparameters()
