"""The load at which a crack from a void runs, against Griffith's."""

from functools import partial

import numpy as np

from anodex.models.errors import ConvergenceError
from anodex.models.laws.elasticity import bulk_modulus
from anodex.models.systems.spindle_void.fracturing_void import FracturingVoid, build_mesh
from anodex.verification.check import Check
from anodex.verification.void_cases import COMM, MATRIX, NU, E, make_case

HALF_LENGTH, TOUGHNESS = 20.0, 1.0  # um, J/m^2
BOX = 10  # half lengths in half of the box: there a crack is 1 % away from an infinite layer
BROKEN, AHEAD = 2, 5  # length scales of the crack that are damage, and in front of it
RATIO = 0.5  # of the volumes of product and sodium
FIRST, STEP = 0.93, 0.01  # of the exact load


def onset(share: float, refinement: float = 1.0) -> tuple[float, float]:
    """Linear shrinkage at which a centre crack in a clamped layer runs.

    Its middle is a slit and its ends are damage: a crack whose tip is whole must break that first.

    Parameters
    ----------
    share
        Length scale of the damage over half of the length.
    refinement
        Of the mesh: a cell is a third of the length scale over it.
    """
    scale = share * HALF_LENGTH
    broken = BROKEN * scale
    exact = np.sqrt(E / (1 - NU**2) * TOUGHNESS / (np.pi * HALF_LENGTH)) / (3 * bulk_modulus(E, NU))
    duration = 1.0  # s, in which the layer shrinks by twice as much
    case = make_case(
        geometry={
            "shape": "crack",
            "length": f"{2 * (HALF_LENGTH - broken)} um",
            "width": "0 um",
            "box_length": f"{BOX * HALF_LENGTH} um",
            "box_height": f"{BOX * HALF_LENGTH} um",
            "refinement": refinement,
        },
        matrix=MATRIX,
        loading={"outer": "confined", "reservoir": "none"},
        reaction={
            "product_volume_ratio": RATIO,
            "conversion": 2 * 3 * exact / (1 - RATIO),
            "duration": f"{duration} s",
        },
        fracture={
            "model": "AT1",
            "length_scale": f"{scale} um",
            "toughness": f"{TOUGHNESS} J/m^2",
            "path_length": f"{broken + AHEAD * scale} um",
        },
        protocol={"steps": []},
    )
    problem = FracturingVoid(case, build_mesh(case, COMM))
    problem.path.extend(broken)
    load = FIRST
    try:
        while load < 2:
            problem.let_grow(duration * load / 2, duration)
            problem.crack.accept()
            load += STEP
    except ConvergenceError:  # it runs: nothing stops it under this load
        load -= STEP / 2
    problem.destroy()
    return load * exact, exact


ONSET_CHECKS = [
    Check(
        f"onset of a centre crack, l/a = {share:g}: linear shrinkage [-]",
        "Griffith 1921; Irwin 1957",
        partial(onset, share),
        tolerance,  # a crack acts longer than its broken cells: docs/systems/spindle_void/study.md
        slow=True,
    )
    for share, tolerance in ((0.1, 0.06), (0.05, 0.045))
]
