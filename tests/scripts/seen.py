"""Pictures of pages that somebody has looked at, kept in `seen`, and what is held to them.

What is seen of a page is written to `build/seen`. Where a page is to look otherwise, look at its
new picture and copy it: `cp build/seen/NAME.png tests/scripts/seen/`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

KEPT = Path(__file__).with_name("seen")
FOUND = Path(__file__).parents[2] / "build" / "seen"
COARSE = 10  # pixels at a side of those over which a loose comparison takes the mean

Box = tuple[float, float, float, float]  # left, top, width, height [pixels]


@dataclass(frozen=True)
class Measure:
    """How much two pictures may differ.

    Attributes
    ----------
    mean
        Of the differences of all colours, of 255.
    far, share
        Share of the pixels in which a colour differs by more than `far`, of 255.
    """

    mean: float
    far: float
    share: float

    def broken(self, found: np.ndarray, kept: np.ndarray) -> str:
        """In what two pictures differ too much, or nothing."""
        apart = np.abs(found.astype(float) - kept)
        mean, share = float(apart.mean()), float((apart.max(axis=2) > self.far).mean())
        if mean <= self.mean and share <= self.share:
            return ""
        return (
            f"mean difference {mean:.2f} of 255 (allowed {self.mean:g}), {100 * share:.2f} % of "
            f"the pixels differ by more than {self.far:g} (allowed {100 * self.share:g} %)"
        )


# What the suite draws itself has its fonts with it; letters of the page are those of the machine.
STRICT = Measure(mean=0.5, far=32, share=0.004)
LOOSE = Measure(mean=4.0, far=64, share=0.03)


def differences(
    name: str, drawn: Iterable[Box] = (), found: Path = FOUND, kept: Path = KEPT
) -> Iterator[str]:
    """In what a picture differs from the one that is kept.

    Parameters
    ----------
    name
        Of the files, without their ending.
    drawn
        Parts that are compared pixel by pixel; all of it is compared in coarse pixels.
    found, kept
        Folders of the two.
    """
    paths = [folder / f"{name}.png" for folder in (found, kept)]
    advice = f"look at {paths[0]}; where it is right, copy it to {kept}"
    if not paths[1].is_file():
        yield f"no picture of {name} is kept; {advice}"
        return
    images = [Image.open(path).convert("RGB") for path in paths]
    if images[0].size != images[1].size:
        yield f"{name} has {images[0].size} pixels, not {images[1].size}; {advice}"
        return
    wrong = [LOOSE.broken(*(np.asarray(image.reduce(COARSE)) for image in images))]
    for left, top, width, height in drawn:
        box = round(left), round(top), round(left + width), round(top + height)
        wrong.append(STRICT.broken(*(np.asarray(image.crop(box)) for image in images)))
    for each in filter(None, wrong):
        yield f"{name}: {each}; {advice}"
