"""A mistake made once: a reunion played with real photos, with and without learning from corrections.

    python -m benchmarks.feedback --photos DIR [DIR …] --strangers DIR [--weights DIR] [--plot FILE]
                                  [--against FILE | --json]

The bot starts with a few photos of all cousins but one. Guests send the others in random order; from half way on the
cousin it has never met is among them. An admin corrects every wrong answer, and in two of the rounds is wrong
in a tenth of that. Store, memory, training and promotion are the product's own (benchmarks/reunion.py).
"""

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray
from scipy import stats

from benchmarks.reunion import Course, Reunion, Way

WINDOW = 60
"""Photos over which the picture averages."""


@dataclass(frozen=True, slots=True)
class Learned:
    """How one way of learning did; means over the orders, each with its 95 % interval (Student's t).

    Attributes:
        right: share of all photos named right, as they came.
        newcomers: of the photos of the cousin nobody knew at first.
        last_third: of the last third of the photos.
        strangers: share of strangers that would be given a name in the end.
        corrections, versions, promoted: how many an order.
        by_order: share of all photos named right, an order each: to be paired with another program's.
    """

    way: str
    right: float
    right_ci95: tuple[float, float]
    last_third: float
    newcomers: float
    strangers: float
    corrections: float
    versions: float
    promoted: float
    by_order: list[float]


def interval(values: Sequence[float]) -> tuple[float, float]:
    """95 % interval of the mean."""
    if len(values) < 2:
        return (values[0], values[0])
    low, high = stats.t.interval(0.95, len(values) - 1, np.mean(values), max(float(stats.sem(values)), 1e-12))
    return float(low), float(high)


def summary(way: str, courses: Sequence[Course]) -> Learned:
    """One way's figures."""
    shares = [float(course.right.mean()) for course in courses]
    return Learned(
        way=way,
        right=float(np.mean(shares)),
        right_ci95=interval(shares),
        last_third=float(np.mean([course.right[-(len(course.right) // 3) :].mean() for course in courses])),
        newcomers=float(np.mean([course.right[course.newcomers].mean() for course in courses])),
        strangers=float(np.mean([course.strangers for course in courses])),
        corrections=float(np.mean([course.corrections for course in courses])),
        versions=float(np.mean([course.versions for course in courses])),
        promoted=float(np.mean([course.promoted for course in courses])),
        by_order=shares,
    )


def paired(now: Sequence[float], before: Sequence[float]) -> tuple[float, tuple[float, float]]:
    """By how much the shares of the same orders differ: mean and 95 % interval, over the orders that both have."""
    differences = [one - other for one, other in zip(now, before, strict=False)]
    return float(np.mean(differences)), interval(differences)


def over_time(courses: Sequence[Course]) -> NDArray[np.float64]:
    """Share named right of the `WINDOW` photos around each, averaged over the orders."""
    shortest = min(len(course.right) for course in courses)
    together = np.mean([course.right[:shortest] for course in courses], axis=0)
    window = np.ones(min(WINDOW, shortest))
    return np.asarray(np.convolve(together, window, "same") / np.convolve(np.ones(shortest), window, "same"))


def draw(file: Path, sets: Mapping[str, Mapping[str, Sequence[Course]]]) -> None:
    """Write the picture: a panel a set of photos, a line a way of learning."""
    figure = Figure(figsize=(5.2 * len(sets), 4.2), layout="constrained")
    panels = figure.subplots(1, len(sets), sharey=True, squeeze=False)[0]
    for axes, (name, ways) in zip(panels, sets.items(), strict=True):
        for number, (way, courses) in enumerate(ways.items()):
            line = over_time(courses)
            axes.plot(np.arange(len(line)), line, label=way, color=f"C{number}")
        axes.axvline(len(line) / 2, color="grey", linestyle=":")
        axes.set_title(name)
        axes.set_xlabel("photos sent; dotted: a new cousin appears")
    panels[0].set_ylabel(f"named right, of {WINDOW} photos around")
    figure.legend(*panels[0].get_legend_handles_labels(), fontsize="small", loc="outside lower center")
    figure.savefig(file)


def ways_of(retrain_after: int, wrong: float) -> list[Way]:
    """What is compared."""
    mistaken = f", {wrong:.0%} of corrections wrong"
    return [
        Way("no learning", at_once=False),
        Way("at once"),
        Way("at once and retrained", retrain_after=retrain_after),
        Way(f"at once{mistaken}", wrong=wrong),
        Way(f"at once and retrained{mistaken}", retrain_after=retrain_after, wrong=wrong),
    ]


def main() -> None:
    """Run it and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=Path, required=True, nargs="+", help="folders with a folder a cousin")
    parser.add_argument("--strangers", type=Path, required=True, help="photos of people nobody knows")
    parser.add_argument(
        "--weights", type=Path, help="a folder with YuNet's weights; without it dlib's detector is used"
    )
    parser.add_argument("--start", type=int, default=5, help="photos a cousin to begin with")
    parser.add_argument("--guests", type=int, default=300, help="photos that guests send")
    parser.add_argument("--orders", type=int, default=7, help="random orders; in each another cousin is new")
    parser.add_argument("--retrain-after", type=int, default=20, help="corrections")
    parser.add_argument("--wrong", type=float, default=0.1, help="share of wrong corrections in two of the rounds")
    parser.add_argument("--plot", type=Path, help="an SVG or PNG to write")
    output = parser.add_mutually_exclusive_group()
    output.add_argument("--against", type=Path, help="what --json printed of another program: the orders are paired")
    output.add_argument("--json", action="store_true")
    options = parser.parse_args()
    ways = ways_of(options.retrain_after, options.wrong)
    sets: dict[str, dict[str, list[Course]]] = {}
    for photos in options.photos:
        reunion = Reunion(photos, options.strangers, options.weights or Path("no-weights"))
        courses: dict[str, list[Course]] = {way.name: [] for way in ways}
        for order in range(options.orders):
            for name, course in reunion.play(order, ways, start=options.start, guests=options.guests).items():
                courses[name].append(course)
            if not options.json:
                print(f"{photos.name}: order {order + 1} of {options.orders}", flush=True)
        sets[photos.name] = courses
    if options.plot:
        draw(options.plot, sets)
    figures = {name: [summary(way, courses) for way, courses in ways.items()] for name, ways in sets.items()}
    if options.json:
        print(json.dumps({name: [asdict(learned) for learned in learneds] for name, learneds in figures.items()}))
        return
    for name, learneds in figures.items():
        print(f"\n{name}")
        for learned in learneds:
            low, high = learned.right_ci95
            print(
                f"  {learned.way:55} {learned.right:.1%} right (95 % interval {low:.1%} to {high:.1%}), last third"
                f" {learned.last_third:.1%}, newcomer {learned.newcomers:.1%}, strangers named {learned.strangers:.1%};"
                f" {learned.corrections:.0f} corrections, {learned.promoted:.1f} of {learned.versions:.1f} versions"
                " promoted"
            )
    if options.against:
        before = json.loads(options.against.read_text())
        for name, learneds in figures.items():
            shares = {learned["way"]: learned["by_order"] for learned in before[name]}
            for learned in learneds:
                mean, (low, high) = paired(learned.by_order, shares[learned.way])
                print(f"{name}, {learned.way}: {mean:+.4f} ({low:+.4f} to {high:+.4f})")


if __name__ == "__main__":
    main()
