"""Checks of lithium that hardens against exact solutions: even compression, ends of the law, and
plating.

A pouch whose lithium slides along its plates strains evenly. At a constant rate the resistance S of
Anand's law with the exponent 2 nears the saturated one, S*, with the strain e as

    1 / (1 - S/S*) = 1 / (1 - S0/S*) + (H/S*) e
"""

from functools import lru_cache, partial
from math import exp, log, sqrt

import numpy as np
from dolfinx.mesh import compute_midpoints
from mpi4py import MPI

from anodex.models.laws.hardening import AnandLaw
from anodex.models.systems.cell_stack.case import Case
from anodex.models.systems.cell_stack.problem import LithiumStack
from anodex.models.systems.cell_stack.protocol import Loads
from anodex.models.time.stepping import StepControl
from anodex.verification.check import Check
from anodex.verification.foil_in_time import (
    COMM,
    adaptive,
    held_force,
    marched,
    order,
    pouch,
)

RATE, STRAIN = 1e-3, 0.2  # 1/s, equivalent
PLATING, WHILE = 0.1, 900.0  # um/s, s


def hardened(law: AnandLaw, rate: float, strain):
    """S [MPa] after a strain at a constant rate [1/s]."""
    saturated = law.saturated(rate)
    left = 1 / (1 / (1 - law.initial_resistance / saturated) + law.hardening / saturated * strain)
    return saturated * (1 - left)


@lru_cache
def compressed(steps: int) -> tuple[LithiumStack, float, float]:
    """The stack, its thickness at the start [um] and the mean of S at the end [MPa], when the force
    is that of a constant strain rate.
    """
    case = pouch("anand", 1e-9)
    stack = LithiumStack(case, COMM, np.empty((0, 2)))
    law, start, volume = case.hardened, stack.thickness, stack.volume

    def force(time: float) -> float:
        stress = hardened(law, RATE, RATE * time) * (RATE / law.reference_rate) ** law.sensitivity
        return 2 / sqrt(3) * stress * volume / (start * exp(-sqrt(3) / 2 * RATE * time))

    stack.loads = Loads(force=force)
    length = STRAIN / RATE
    marched(stack, [length], StepControl(*[length / steps] * 3))
    return stack, start, float(stack.resistance.values.mean())


def compressed_thickness(steps: int) -> tuple[float, float]:
    """Thickness [um] after an even compression."""
    stack, start, _ = compressed(steps)
    return stack.thickness, start * exp(-sqrt(3) / 2 * STRAIN)


def compressed_resistance(steps: int) -> tuple[float, float]:
    """S [MPa] after it."""
    stack, _, resistance = compressed(steps)
    return resistance, hardened(stack.case.hardened, RATE, STRAIN)


def saturated_at_once() -> tuple[float, float]:
    """Thickness [um] of lithium that hardens at once, and that of the law at saturation."""
    return held_force("anand", 16, hardening="1e10 MPa")[0], held_force("anand-saturated", 16)[1]


def plated() -> tuple[float, float]:
    """S [MPa] of lithium that was plated under a rod which rests, a sixth of the way up to it.

    What is plated moves up as v (1 - x/h) and aside, strained evenly at the rate v/h times
    2/sqrt(3): it comes to x after the time -(h/v) ln(1 - x/h).
    """
    case = Case(
        geometry={"type": "pouch", "refinement": 0.5, "inner_radius": "1 mm"},
        frame={"stiffness": "rigid"},
        flow={"law": "anand", "wall": "slip", "stress_floor": 1e-4},
    )
    stack = LithiumStack(case, COMM, np.empty((0, 2)))
    stack.loads = Loads(plating=PLATING)
    stack.lock(0.0)
    marched(stack, [WHILE], adaptive(case))
    mesh, cells = stack.foil.tagged.mesh, len(stack.resistance.values)
    local = np.arange(mesh.topology.index_map(2).size_local, dtype=np.int32)
    places = np.zeros((cells, 2))
    places[mesh.topology.original_cell_index[local]] = compute_midpoints(mesh, 2, local)[:, :2]
    places = COMM.allreduce(places, op=MPI.SUM)
    height = stack.thickness
    found = int(np.argmin(np.hypot(places[:, 0] - height / 6, places[:, 1])))
    way, rate = places[found, 0] / height, 2 / sqrt(3) * PLATING / height
    strain = rate * min(-height / PLATING * log(1 - way), WHILE)
    return float(stack.resistance.values[found]), hardened(case.hardened, rate, strain)


CLOSED = "Anand's law with the exponent 2 at a constant rate, by hand"

HARDENING_CHECKS = [
    Check(
        "hardening in an even compression: thickness [um]",
        CLOSED,
        partial(compressed_thickness, 16),
        1e-4,
    ),
    Check(
        "hardening in an even compression: resistance [MPa]",
        CLOSED,
        partial(compressed_resistance, 16),
        1e-4,
    ),
    Check(
        "order of the time steps, hardening [-]",
        "Alexander, SIAM J. Numer. Anal. 14 (1977) 1006",
        partial(order, compressed_resistance),
        0.1,
        False,
    ),
    Check(
        "no hardening: creep under a held force, thickness [um]",
        "uniform plane-strain creep at the first resistance",
        partial(held_force, "anand", 16, hardening="0 MPa"),
        1e-4,
    ),
    Check(
        "hardening at once: creep under a held force, thickness [um]",
        "uniform plane-strain creep of the law at saturation",
        saturated_at_once,
        1e-5,
    ),
    Check(
        "hardening of lithium since it was plated: resistance [MPa]",
        CLOSED,
        plated,
        2e-2,
    ),
]
