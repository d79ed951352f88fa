"""Runs in a loop need no more memory and no more files than the first."""

import os

import pytest

import anodex

pytestmark = [pytest.mark.serial, pytest.mark.usefixtures("drawn_anew")]
WARM_UP, RUNS = 5, 20
ALLOWED = 4.0  # MiB; 150 runs took less than 2


def resident() -> float:
    """Memory of this process [MiB]."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


@pytest.mark.slow
def test_twenty_runs_do_not_grow(coarse):
    for number in range(WARM_UP + RUNS):
        if number == WARM_UP:
            memory, files = resident(), len(os.listdir("/proc/self/fd"))
        result = anodex.run(
            "spindle_void", {**coarse, "matrix.diffusivity": f"{20 + number} um^2/s"}
        )
        assert result["peak_tip_von_mises"] > 0 and len(result.history) > 3
    grown = resident() - memory
    print(f"{grown:.2f} MiB")
    assert grown < ALLOWED
    assert len(os.listdir("/proc/self/fd")) == files
