"""Checks of the lithium that flows along the gap, against developed flow of a power law."""

from math import pi, sqrt

import numpy as np

from anodex.meshes.foil import FoilMesh, FoilShape
from anodex.models.laws.creep import PowerLaw
from anodex.models.systems.cell_stack.foil import FoilFlow
from anodex.models.systems.cell_stack.foil_state import HeldRod
from anodex.verification.check import Check
from anodex.verification.foil_flow import (
    AREA,
    COMM,
    EQUILIBRIUM,
    LAWS,
    PLATING,
    POWER_LAW,
    RADIUS,
    THICKNESS,
    solved,
    tube,
)
from anodex.verification.thin_gaps import annulus, film_force, shear_prefactor


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


def stop_length() -> tuple[float, float]:
    """Length [um] at which 10 MPa no longer move a column of lithium that yields at 0.7 MPa, in a
    gap of half width b: p b / (q_y / sqrt(3)).

    A rod that is held drives it at next to no overstress, 0.5 % of the yield stress. Its force
    grows with the length of the column by pi k^2 times the gradient, k^2 the product of both radii,
    as the shear stress is the same on both walls.
    """
    pressure, yield_stress, gap = 10.0, 0.7, 50.0
    law, floor = PowerLaw(1e4, 2.0, yield_stress), 1e-9
    lengths, forces = (300.0, 600.0), []
    for length in lengths:
        shape = FoilShape(THICKNESS, length, tube(gap))
        flow = FoilFlow(FoilMesh(COMM, RADIUS, shape), law, floor)
        flow.solve(shape, 100 * PLATING, HeldRod())  # from where the next is near
        forces.append(flow.solve(shape, PLATING, HeldRod()).force)
        flow.destroy()
    gradient = np.diff(forces)[0] / np.diff(lengths)[0] / (pi * RADIUS * (RADIUS + gap))
    return pressure / gradient, pressure * gap / 2 / (yield_stress / sqrt(3))


COLUMN_CHECKS = [
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
        "length at which a column that yields stops under 10 MPa [um]",
        "limit of plasticity",
        stop_length,
        0.02,
    ),
    Check(
        "entry loss of a column of 3 mm and of 0.3 mm [MPa]",
        "the flow is developed in both",
        entry_loss_of_any_length,
        1e-3,
    ),
]
