"""Pictures from the result folders of small runs of each kind, judged as they are saved."""

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.image import imread

from anodex.models.systems.spindle_void import SYSTEM

pytestmark = [pytest.mark.serial, pytest.mark.usefixtures("coarse_pictures")]

KINDS = {
    "rest": (),
    "creep": ('matrix.creep="power-law"',),
    "dot": ('geometry.shape="dot"', 'geometry.length="20 um"', 'geometry.width="20 um"'),
}


def texts(monkeypatch) -> list[str]:
    """All texts of the pictures that are saved from now on."""
    found: list[str] = []
    save = Figure.savefig

    def savefig(figure, *words, **options):
        save(figure, *words, **options)
        found.extend(
            text.get_text() for text in figure.findobj(lambda one: hasattr(one, "get_text"))
        )

    monkeypatch.setattr(Figure, "savefig", savefig)
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_run_gives_pictures_that_a_journal_takes(kind, run_case, monkeypatch):
    folder, found = run_case(*KINDS[kind]).folder, texts(monkeypatch)
    pictures = SYSTEM.plot(folder)
    assert [path.name for path in pictures] == ["fields.png", "history.png"]
    assert np.ptp(imread(pictures[0])[..., :3], axis=-1).max() > 0.1
    assert "7 min" in found and "7 min, at the tip" in found and "deposition" in found
    assert any("square-root scale" in text for text in found)
    # creep leaves no energy release rate, and no panel without numbers
    assert any("energy release rate" in text for text in found) == (kind != "creep")
