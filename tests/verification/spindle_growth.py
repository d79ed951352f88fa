"""Voids whose surface moves, against the shapes that Huygens' construction gives."""

from functools import lru_cache, partial

import numpy as np
from mpi4py import MPI

from anodex.models.laws.constants import FARADAY
from anodex.models.moving.tipped import TippedFront
from anodex.models.systems.spindle_void.case import Case
from anodex.models.systems.spindle_void.moving_mesh import front_of, mesh_around, spread
from anodex.models.systems.spindle_void.moving_void import MovingVoid
from anodex.models.systems.spindle_void.observer import VoidObserver
from anodex.verification.check import Check

COMM = MPI.COMM_WORLD
CURRENT = 1.0  # A/m^2
START, END = 0.5, 2.0  # um by which the flanks have receded since the spindle was a point
STEPS = 28
BOX = "160 um"


def exact_spindle(recession: float, half_length: float) -> np.ndarray:
    """A quarter of the envelope of circles around what a tip has passed, of the radius by which
    the flanks have receded since: an arc and a straight flank, shape (nodes, 2) [um].
    """
    angle = np.arcsin(recession / half_length)
    turn = np.linspace(0.0, angle, 100)
    arc = recession * np.column_stack([np.sin(turn), np.cos(turn)])
    return np.concatenate([arc, np.linspace(arc[-1], [half_length, 0.0], 100)[1:]])


def exact_area(recession: float, half_length: float) -> float:
    """Of the whole [um^2]."""
    flank = np.sqrt(half_length**2 - recession**2)
    return 2 * recession * flank + 2 * recession**2 * np.arcsin(recession / half_length)


def case_of(shape: str, length: float, ratio: float | None) -> Case:
    """A void whose flanks recede by the current, its tip faster by a ratio if one is given."""
    tables = {
        "geometry": {
            "shape": shape,
            "length": f"{length} um",
            "width": f"{length if shape == 'dot' else length / 4} um",
            "box_length": BOX,
            "box_height": BOX,
        },
        "evolution": {"moving": True},
    }
    if ratio is not None:
        speed = ratio * flank_speed(Case.model_validate(tables))
        tables["evolution"] |= {"tip": "given", "tip_speed": f"{speed!r} um/s"}
    return Case.model_validate(tables)


def flank_speed(case: Case) -> float:
    """[um/s]."""
    return case.evolution.molar_volume / FARADAY * CURRENT


def marched(problem: MovingVoid, lengths: list[float], sign: float = 1.0) -> MovingVoid:
    """The problem after steps of some lengths [s] of dissolution, or of deposition."""
    time = 0.0
    problem.set_current(sign * CURRENT)
    for length in lengths:
        problem.advance(time, length)
        time += length
        if problem.worn():
            problem = _renewed(problem)
    return problem


def _renewed(worn: MovingVoid) -> MovingVoid:
    new = worn.renewed()
    worn.destroy()
    return new


def numbers(problem: MovingVoid) -> dict[str, float]:
    """What is checked of a problem, which is then freed."""
    measured = VoidObserver(problem).measure()
    shape = measured.shape
    found = {
        "length": shape.length,
        "width": shape.width,
        "area": shape.area,
        "angle": shape.tip_half_angle,
        "volume": shape.volume_balance_error,
        "species": measured.species_balance_error,
        "force": measured.force_balance_error,
    }
    problem.destroy()
    return found


@lru_cache
def grown(ratio: float) -> dict[str, float]:
    """A spindle that has grown fourfold, on several meshes, its tip faster than its flanks."""
    case = case_of("spindle", 4 * START * ratio, ratio)
    front = spread(case, TippedFront(exact_spindle(START, ratio * START)))
    problem = MovingVoid(case, mesh_around(case, front, COMM), front)
    problem.begin()
    places = np.geomspace(START, END, STEPS + 1)
    return numbers(marched(problem, list(np.diff(places) / flank_speed(case))))


def compared(ratio: float, name: str) -> tuple[float, float]:
    half = ratio * END
    exact = {
        "length": 2 * half,
        "width": 2 * END,
        "area": exact_area(END, half),
        "angle": float(np.degrees(np.arcsin(1 / ratio))),
    }
    return grown(ratio)[name], exact[name]


def balance(name: str) -> tuple[float, float]:
    return grown(5.0)[name], 0.0


@lru_cache
def round_trip(shape: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Nodes of a void of 12 um at the start, after a recession of 2 um, and after the same charge
    has come back.
    """
    case = case_of(shape, 12.0, None)
    start = front_of(case)
    problem = MovingVoid(case, mesh_around(case, start, COMM), start)
    problem.begin()
    lengths = [2.0 / 14 / flank_speed(case)] * 14
    problem = marched(problem, lengths)
    wide = problem.front.nodes
    problem = marched(problem, lengths, -1.0)
    back = problem.front.nodes
    problem.destroy()
    return start.nodes, wide, back


def dissolved_disc() -> tuple[float, float]:
    """Radius that is farthest off."""
    radii = np.hypot(*round_trip("dot")[1].T)
    return float(radii[np.argmax(np.abs(radii - 8.0))]), 8.0


def returned(shape: str) -> tuple[float, float]:
    """Largest distance from the shape at the start, over half its length."""
    start, _, back = round_trip(shape)
    fine = TippedFront(start, sharp=False).redistributed(np.linspace(0, 1, 40001)).nodes
    apart = np.linalg.norm(back[:, None, :] - fine[None, :, :], axis=2).min(axis=1)
    return float(apart.max()) / 6.0, 0.0


HUYGENS = (
    "envelope of circles: half-angle asin(v_d/v_c), length 2 v_c t, width 2 v_d t, area "
    "2 R sqrt(c^2 - R^2) + 2 R^2 asin(R/c), R = v_d t, c = v_c t"
)
GROWTH_CHECKS = [
    *(
        Check(
            f"spindle whose tip is {ratio:g} times as fast as its flanks: {words}",
            HUYGENS,
            partial(compared, ratio, name),
            5e-3,
            slow=ratio == 5.0,
        )
        for ratio in (5.0, 30.0)
        for name, words in (
            ("length", "length [um]"),
            ("width", "width [um]"),
            ("area", "area [um^2]"),
            ("angle", "half-angle of the tip [degree]"),
        )
    ),
    Check(
        "spindle that grows fourfold: area gained less that of the charge [-]",
        "Faraday's law",
        partial(balance, "volume"),
        1e-10,
        relative=False,
    ),
    Check(
        "spindle that grows fourfold: ions that are missing [-]",
        "conservation",
        partial(balance, "species"),
        1e-8,
        relative=False,
    ),
    Check(
        "disc dissolving evenly by 2 um: its radius that is farthest off [um]",
        "Faraday's law",
        dissolved_disc,
        1e-3,
    ),
    *(
        Check(
            f"{shape} that dissolves and deposits the same charge: error of its shape [-]",
            "erosion undoes the dilation of a convex shape",
            partial(returned, shape),
            5e-3,
            False,
        )
        for shape in ("dot", "spindle")
    ),
]
