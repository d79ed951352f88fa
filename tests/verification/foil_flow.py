"""Checks of the lithium foil that creeps between pellet and rod and into the gap: films, blocks,
balances and scaling.
"""

from functools import lru_cache
from math import pi, sqrt

import numpy as np
from mpi4py import MPI
from scipy.integrate import quad

from anodex.meshes.foil import FoilMesh, FoilShape
from anodex.models.materials.lithium_creep import lepage, newtonian, roy
from anodex.models.systems.cell_stack.foil import FoilFlow
from anodex.models.systems.cell_stack.foil_state import FoilState, HeldRod, PushedRod
from anodex.verification.check import Check
from anodex.verification.thin_gaps import film_force

COMM = MPI.COMM_WORLD
RADIUS, THICKNESS = 3175.0, 250.0  # um
PLATING = 19.2 / 72e3  # um/s, C/20
AREA = pi * RADIUS**2
LAWS = {1.0: newtonian(1e4), 5.0: roy(), 6.6: lepage(298.0)}


def tube(gap: float, taper: float = 0.0):
    """Wall at a distance from the rod [um] that grows with the axial place."""
    return lambda x: RADIUS + gap + taper * x


@lru_cache
def solved(
    exponent: float = 5.0,
    gap: float | None = 50.0,
    length: float = 600.0,
    rod: HeldRod | PushedRod = HeldRod(),  # noqa: B008
    plating: float = PLATING,
    thickness: float = THICKNESS,
    floor: float = 0.01,
    sliding: tuple[str, ...] = (),
    dimension: str | None = None,
    widening: float = 0.0,
    taper: float = 0.0,
    refinement: float = 1.0,
) -> FoilState:
    """Flow at an instant; without a gap that of a pouch. The wall recedes at `widening` [um/s]
    times cos(x / 300 um).
    """
    shape = FoilShape(thickness, length, None if gap is None else tube(gap, taper))
    flow = FoilFlow(
        FoilMesh(COMM, RADIUS, shape, refinement), LAWS[exponent], floor, sliding, dimension
    )
    state = flow.solve(shape, plating, rod, lambda x: widening * np.cos(x / 300))
    flow.destroy()
    return state


def squeeze_film(exponent: float) -> tuple[float, float]:
    """A disc 130 times wider than thick, without a tube."""
    thickness, beyond, closing = 25.0, 25.0, 1e-3
    state = solved(
        exponent,
        None,
        beyond,
        HeldRod(-closing),
        plating=0.0,
        thickness=thickness,
        floor=1e-3,
        dimension="axisymmetric",
    )
    return state.force, film_force(LAWS[exponent], closing, thickness, RADIUS + beyond)


def upsetting(exponent: float, dimension: str) -> tuple[float, float]:
    """Force on a block that is pressed flat between planes without friction: uniform uniaxial or
    plane-strain compression.
    """
    beyond, closing = 100.0, 1e-3
    state = solved(
        exponent,
        None,
        beyond,
        HeldRod(-closing),
        plating=0.0,
        floor=1e-5,
        sliding=("pellet", "rod"),
        dimension=dimension,
    )
    width, rate = RADIUS + beyond, closing / THICKNESS
    if dimension == "axisymmetric":
        return state.force, pi * width**2 * LAWS[exponent].flow_stress(rate)
    return state.force, width * 2 / sqrt(3) * LAWS[exponent].flow_stress(2 / sqrt(3) * rate)


def spring() -> tuple[float, float]:
    """Force of a frame that yields, against that of a rod held at the velocity which it finds."""
    sprung = solved(rod=PushedRod(5 * AREA, 1e12))
    return sprung.force, solved(rod=HeldRod(sprung.rod_velocity)).force


def force_balance(**arguments) -> tuple[float, float]:
    """Forces of pellet, rod and wall over the largest of them."""
    state = solved(**arguments)
    return (state.pellet_force - state.force - state.wall_drag) / state.pellet_force, 0.0


def volume(rod: HeldRod | PushedRod) -> tuple[float, float]:
    return solved(rod=rod).volume_error, 0.0


def widening(sliding: tuple[str, ...]) -> tuple[float, float]:
    """Volume that a tapered wall opens [um^3/s]: the integral of 2 pi w v over its length."""
    taper, speed, length = 0.01, 1e-3, 600.0
    state = solved(widening=speed, taper=taper, sliding=sliding)
    return state.widening, quad(
        lambda x: 2 * pi * tube(50.0, taper)(x) * speed * np.cos(x / 300), 0, THICKNESS + length
    )[0]


def faster(exponent: float) -> tuple[float, float]:
    """Force on a held rod with 32 times the plating over that before: 32^(1/n)."""
    slow, fast = (
        solved(exponent, plating=factor * PLATING, floor=1e-3).force for factor in (1, 32)
    )
    return fast / slow, 32 ** (1 / exponent)


def sliding_column() -> tuple[float, float]:
    """A column that slides takes no force: pressures of a long and a short one [MPa]."""
    long, short = (
        solved(length=length, sliding=("pellet", "rod", "wall")).force / AREA
        for length in (2000.0, 500.0)
    )
    return long, short


def refined(refinement: float) -> tuple[float, float]:
    """Velocity of a pushed rod on the mesh of every day, and on a finer one."""
    usual, finer = (
        solved(rod=PushedRod(20 * AREA), length=100.0, refinement=factor).rod_velocity
        for factor in (1.0, refinement)
    )
    return usual, finer


POWER_LAW = (
    "thin-film limit of power-law creep, as in Bird, Armstrong and Hassager, Dynamics of Polymeric "
    "Liquids 1 (1987)"
)
EQUILIBRIUM, CONTINUITY, HOMOGENEOUS = "equilibrium", "incompressibility", "the law is homogeneous"

FOIL_CHECKS = [
    *(
        Check(
            f"force on a squeeze film, n = {n:g} [uN]", POWER_LAW, lambda n=n: squeeze_film(n), 5e-3
        )
        for n in (1.0, 5.0)
    ),
    *(
        Check(
            f"force of {dimension} upsetting, n = {n:g} [uN]",
            "uniform creep",
            lambda n=n, d=dimension: upsetting(n, d),
            1e-8,
        )
        for n in (1.0, 6.6)
        for dimension in ("axisymmetric", "plane-strain")
    ),
    Check("force of a frame that yields [uN]", "rod held at the same velocity", spring, 1e-9),
    *(
        Check(
            f"forces of pellet, rod and wall over the first, {name}",
            EQUILIBRIUM,
            lambda a=arguments: force_balance(**a),
            1e-9,
            False,
        )
        for name, arguments in (
            ("sticking", {}),
            ("sliding on a taper", {"taper": 0.01, "sliding": ("wall",)}),
        )
    ),
    *(
        Check(
            f"lost of the lithium plated, {name} rod",
            CONTINUITY,
            lambda rod=rod: volume(rod=rod),
            1e-12,
            False,
        )
        for name, rod in (("held", HeldRod()), ("pushed", PushedRod(10 * AREA)))
    ),
    *(
        Check(
            f"volume that the wall opens, {name} [um^3/s]",
            CONTINUITY,
            lambda sliding=sliding: widening(sliding),
            1e-6,
        )
        for name, sliding in (("sticking", ()), ("sliding", ("wall",)))
    ),
    *(
        Check(
            f"force at 32 times the rate over that before, n = {n:g}",
            HOMOGENEOUS,
            lambda n=n: faster(n),
            1e-5,
        )
        for n in (1.0, 5.0)
    ),
    Check(
        "rod pressure with a long and a short column that slides [MPa]",
        EQUILIBRIUM,
        sliding_column,
        1e-3,
    ),
    Check(
        "rod velocity on the default mesh and a finer one [um/s]",
        "mesh convergence",
        lambda: refined(2.0),
        1e-3,
        slow=True,
    ),
]
