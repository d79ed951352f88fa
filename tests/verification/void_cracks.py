"""When a crack of the length of the void grows in a layer that shrinks, against Griffith's."""

from functools import lru_cache, partial

import numpy as np
from mpi4py import MPI

from anodex.models.errors import ConvergenceError
from anodex.models.laws.elasticity import bulk_modulus
from anodex.models.systems.spindle_void.case import Case
from anodex.models.systems.spindle_void.fracturing_void import FracturingVoid, build_mesh
from anodex.verification.check import Check
from anodex.verification.void_cases import MATRIX, NU, E

HALF_LENGTH, BOX, TOUGHNESS, RATIO, DURATION = 30.0, 300.0, 1.0, 0.69, 1000.0  # um, um, J/m^2, -, s
FIRST, STEP = 0.9, 0.01  # loads over that of the closed form


def exact_shrinkage() -> float:
    """Linear: the layer pulls with 3 K times it, and sigma^2 pi a = E' Gc (Griffith 1921)."""
    stress = np.sqrt(E / (1 - NU**2) * TOUGHNESS / (np.pi * HALF_LENGTH))
    return float(stress / (3 * bulk_modulus(E, NU)))


def slit(scale: float) -> Case:
    """An ideal crack in a clamped layer that shrinks by twice what breaks it, evenly."""
    return Case.model_validate(
        {
            "geometry": {
                "shape": "crack",
                "length": f"{2 * HALF_LENGTH} um",
                "width": "0 um",
                "box_length": f"{BOX} um",
                "box_height": f"{BOX} um",
            },
            "matrix": MATRIX,
            "loading": {"outer": "confined", "reservoir": "none"},
            "reaction": {
                "product_volume_ratio": RATIO,
                "conversion": 2 * 3 * exact_shrinkage() / (1 - RATIO),
                "duration": f"{DURATION} s",
            },
            "fracture": {
                "length_scale": f"{scale} um",
                "model": "AT1",
                "toughness": f"{TOUGHNESS} N/m",
                "path_length": f"{4 * scale} um",
            },
            "protocol": {"steps": []},
        }
    )


@lru_cache
def shrinkage_at_growth(share: float) -> tuple[float, float]:
    """Shrinkage [-] at which the crack grows by more than its length scale, a share of half its
    length, and the closed form.
    """
    case = slit(share * HALF_LENGTH)
    problem = FracturingVoid(case, build_mesh(case, MPI.COMM_WORLD))
    problem.begin()
    load, time = FIRST, 0.0
    while problem.tip_crack_length < problem.crack_model.length:
        following = load * DURATION / 2
        try:
            problem.advance(time, following - time)
        except ConvergenceError:  # it runs
            break
        problem.accept()
        time, load = following, load + STEP
    problem.destroy()
    return case.reaction.shrinkage(time + STEP / 2 * DURATION / 2), exact_shrinkage()


CRACK_ONSET_CHECKS = [
    Check(
        f"crack in a layer that shrinks, l = {share:g} a: shrinkage at growth",
        "Griffith, Phil. Trans. R. Soc. A 221 (1921) 163",
        partial(shrinkage_at_growth, share),
        tolerance,
        slow=True,
    )
    for share, tolerance in ((0.1, 0.1), (0.05, 0.05))
]
