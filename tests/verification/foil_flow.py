"""Checks of the lithium foil that creeps between pellet and rod and into the gap, against exact
solutions.
"""

from functools import lru_cache
from math import pi, sqrt

import numpy as np
from mpi4py import MPI
from scipy.integrate import quad
from scipy.optimize import brentq

from anodex.meshes.foil import FoilMesh, FoilShape
from anodex.models.laws.creep import PowerLaw
from anodex.models.materials.lithium_creep import lepage, newtonian, roy
from anodex.models.systems.cell_stack.foil import FoilFlow
from anodex.models.systems.cell_stack.foil_state import FoilState, HeldRod, PushedRod
from anodex.verification.check import Check

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


def shear_prefactor(law: PowerLaw) -> float:
    """A' = 3^((n+1)/2) A: in simple shear the rate is A' times the shear stress to the power n."""
    return 3 ** ((law.exponent + 1) / 2) * law.prefactor


@lru_cache
def annulus(law: PowerLaw, inner: float, outer: float, flow: float) -> tuple[float, float]:
    """Pressure gradient G [MPa/um] that drives a flow [um^3/s] between two tubes, and the radius
    [um] where nothing shears.

    The shear stress is G/2 (r - k^2/r) at the radius r, with k such that the velocity vanishes at
    both tubes.
    """
    n = law.exponent

    def shear(radius: float, neutral: float) -> float:
        stress = radius - neutral**2 / radius
        return np.sign(stress) * abs(stress) ** n

    def across(neutral: float, power: int) -> float:
        parts = ((inner, neutral), (neutral, outer))
        return sum(
            quad(lambda r: r**power * shear(r, neutral), *part, epsabs=0, epsrel=1e-11)[0]
            for part in parts
        )

    neutral = brentq(lambda k: across(k, 0), inner, outer, xtol=1e-12 * inner)
    return 2 * (flow / (pi * shear_prefactor(law) * across(neutral, 2))) ** (1 / n), neutral


def annular_gradient(exponent: float, gap: float) -> tuple[float, float]:
    """Fall of the wall's pressure [MPa/um] over the middle of a long column.

    For large exponents the flow develops over many gaps (n = 6.6: 2 % off after 5 gaps, 0.5 % after
    12): the core hardly shears, and what stretches it dies out slowly.
    """
    state = solved(exponent, gap, 2000.0)
    places = THICKNESS + np.array([800.0, 1200.0])
    pressures = np.interp(places, state.wall_places, state.wall_pressure)
    return float(pressures[0] - pressures[1]) / 400.0, annulus(
        LAWS[exponent], RADIUS, RADIUS + gap, PLATING * AREA
    )[0]


def slot_gradient() -> tuple[float, float]:
    """The same in a narrow gap, against a plane slot of half width b: Q' = 2 A' G^n b^(n+2) /
    (n+2).
    """
    gap, law = 50.0, LAWS[5.0]
    n, flow = law.exponent, PLATING * AREA / (2 * pi * (RADIUS + gap / 2))
    expected = ((n + 2) * flow / (2 * shear_prefactor(law) * (gap / 2) ** (n + 2))) ** (1 / n)
    return annular_gradient(5.0, gap)[0], expected


def force_with_length(exponent: float) -> tuple[float, float]:
    """Rise of the rod's force with the length of the column [uN/um]: pressure on its face and
    friction on its side, pi k^2 G in all.
    """
    lengths, gap = (1000.0, 3000.0), 50.0
    short, long = (solved(exponent, gap, length, floor=3e-3).force for length in lengths)
    gradient, neutral = annulus(LAWS[exponent], RADIUS, RADIUS + gap, PLATING * AREA)
    return (long - short) / (lengths[1] - lengths[0]), pi * neutral**2 * gradient


def entry_loss(length: float) -> float:
    """What the corner and the front take of the rod's mean pressure [MPa]: all but the foil's
    squeeze film and the column.
    """
    gap = 50.0
    gradient, neutral = annulus(LAWS[5.0], RADIUS, RADIUS + gap, PLATING * AREA)
    film = film_force(LAWS[5.0], PLATING, THICKNESS, RADIUS)
    return (solved(length=length).force - film - pi * neutral**2 * gradient * length) / AREA


def entry_loss_of_any_length() -> tuple[float, float]:
    return entry_loss(3000.0), entry_loss(300.0)


def film_force(law: PowerLaw, closing: float, thickness: float, radius: float) -> float:
    """Force [uN] that closes a thin film between discs: pi ((n+2) V / (4 A' b^(n+2)))^(1/n)
    R^(3+1/n) / (3+1/n), half thickness b.
    """
    n = law.exponent
    factor = (n + 2) * closing / (4 * shear_prefactor(law) * (thickness / 2) ** (n + 2))
    return pi * factor ** (1 / n) * radius ** (3 + 1 / n) / (3 + 1 / n)


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
            f"pressure gradient in an annular gap of {gap:g} um, n = {n:g} [MPa/um]",
            EQUILIBRIUM,
            lambda n=n, gap=gap: annular_gradient(n, gap),
            1e-3,
        )
        for n, gap in ((1.0, 200.0), (5.0, 50.0))
    ),
    Check("pressure gradient in a slot, n = 5 [MPa/um]", POWER_LAW, slot_gradient, 1e-3),
    *(
        Check(
            f"rise of the rod's force with the column, n = {n:g} [uN/um]",
            EQUILIBRIUM,
            lambda n=n: force_with_length(n),
            5e-4,
        )
        for n in LAWS
    ),
    Check(
        "entry loss of a column of 3 mm and of 0.3 mm [MPa]",
        "the flow is developed in both",
        entry_loss_of_any_length,
        1e-3,
    ),
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
