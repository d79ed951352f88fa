"""A long run on meshes that follow the interface needs no more memory than a short one."""

import os
from pathlib import Path

import numpy as np
import pytest

from anodex.models.inputs.casefile import read_case
from anodex.models.results.progress import SilentProgress
from anodex.models.results.series import read_fields

SHIPPED = Path(__file__).parents[3] / "cases" / "dendrite_small.toml"
LONG = (
    "numerics.adaptive=true",
    "loading.duration=1e7 s",
    "loading.contact_events=1000000",
    "geometry.cells_per_width=3",
    "output.event_frames=1000",
)
STEPS, WARM_UP, SPAN = 2000, 500, 100
ALLOWED = 10.0  # MiB


class Enough(Exception):
    """So many steps have been taken."""


class MemoryAtRows(SilentProgress):
    """Notes the memory of this process [MiB] with each row, and ends the run after `STEPS`."""

    def __init__(self):
        self.resident: list[float] = []

    def update(self, value: float, text: str = "") -> None:
        with open("/proc/self/statm") as file:
            pages = int(file.read().split()[1])
        self.resident.append(pages * os.sysconf("SC_PAGE_SIZE") / 2**20)
        if len(self.resident) > STEPS:
            raise Enough


@pytest.mark.slow
@pytest.mark.serial
def test_two_thousand_steps_do_not_grow(run_in_folder, tmp_path):
    """A soft short, with hundreds of contacts and of meshes, and fields of many of them."""
    rows = MemoryAtRows()
    with pytest.raises(Enough):
        run_in_folder(tmp_path / "long", read_case(SHIPPED, LONG), progress=rows)
    log = np.genfromtxt(tmp_path / "long" / "history.csv", delimiter=",", names=True)
    contacts = np.count_nonzero(np.diff(log["contact_1"]))
    meshes = {step.mesh for step in read_fields(tmp_path / "long" / "fields.xdmf").steps}
    early, late = (float(np.mean(rows.resident[end - SPAN : end])) for end in (WARM_UP, STEPS))
    print(f"{early:.1f} to {late:.1f} MiB, {contacts} contacts, {len(meshes)} stored meshes")
    assert contacts > 20
    assert late - early < ALLOWED
