"""Checks of the lithium's stages in time against exact solutions: creep under a held force,
relaxation in a frame, extrusion by plating.

A pouch whose lithium slides along its plates is compressed evenly. With the force F on half of it
per depth, the section V = h w of that half, which stays, and B = A (sqrt(3)/2)^(n+1) of the law A
q^n, the thickness follows dh/dt = -B h (F h / V)^n.
"""

from collections.abc import Callable
from functools import lru_cache, partial
from math import log2, pi, sqrt

import numpy as np
from mpi4py import MPI
from scipy.integrate import quad
from scipy.optimize import brentq

from anodex.models.systems.cell_stack.case import Case
from anodex.models.systems.cell_stack.die import straight_wall
from anodex.models.systems.cell_stack.problem import LithiumStack
from anodex.models.systems.cell_stack.protocol import Loads
from anodex.models.time.stepping import StepControl, march
from anodex.verification.check import Check
from anodex.verification.thin_gaps import annulus

COMM = MPI.COMM_WORLD
PRESSURE = 0.7  # MPa
RAMP, HOLD = 10.0, 600.0  # s
GAP = 50.0  # um


def pouch(law: str, step_tolerance: float, **flow: str) -> Case:
    """A coarse one that slides, with next to no Newtonian creep."""
    floor = {} if law == "newtonian" else {"stress_floor": 1e-4}
    return Case(
        geometry={"type": "pouch", "refinement": 0.25},
        frame={"stiffness": "2 N/um"},
        flow={"law": law, "wall": "slip", **floor, **flow},
        numerics={"step_tolerance": step_tolerance},
    )


def rate_factor(case: Case) -> float:
    """B [1/(s MPa^n)]."""
    return case.creep.prefactor * (sqrt(3) / 2) ** (case.creep.exponent + 1)


def marched(stack: LithiumStack, events: list[float], control: StepControl) -> LithiumStack:
    """The stack after the last of some events [s]."""
    march(stack, 0.0, events, control, lambda time: True, lambda *step: stack.accept())
    stack.destroy()
    return stack


def equal(steps: int) -> StepControl:
    """So many equal steps of the hold."""
    return StepControl(*[HOLD / steps] * 3)


def adaptive(case: Case) -> StepControl:
    """As a run takes them."""
    return StepControl(
        case.numerics.first_step, case.numerics.smallest_step, case.numerics.largest_step
    )


@lru_cache
def held_force(law: str, steps: int, **flow: str) -> tuple[float, float]:
    """Thickness [um] after a hold of a force in equal steps: h^-n - h0^-n = n B (F/V)^n t."""
    case = pouch(law, 1e-9, **flow)
    stack = LithiumStack(case, COMM, np.empty((0, 2)))
    start, force = stack.thickness, PRESSURE * case.rod_area
    stack.loads = Loads(force=lambda time: force)
    marched(stack, [HOLD], equal(steps))
    return stack.thickness, crept(case, start, force / stack.volume, HOLD)


def ramped_force(law: str) -> tuple[float, float]:
    """The same after a ramp of the force too, which adds ramp / (n+1) to the time, with the
    default accuracy of steps.
    """
    case = pouch(law, 0.02)
    stack = LithiumStack(case, COMM, np.empty((0, 2)))
    start, force = stack.thickness, PRESSURE * case.rod_area
    stack.loads = Loads(force=lambda time: force * min(time / RAMP, 1.0))
    marched(stack, [RAMP, RAMP + HOLD], adaptive(case))
    return stack.thickness, crept(
        case, start, force / stack.volume, RAMP / (case.creep.exponent + 1) + HOLD
    )


def crept(case: Case, start: float, load: float, time: float) -> float:
    """Thickness [um] a time [s] after that at the start, under a held F/V [MPa/um]."""
    n = case.creep.exponent
    return (start**-n + n * rate_factor(case) * load**n * time) ** (-1 / n)


@lru_cache
def relaxed(law: str, steps: int | None = None) -> tuple[float, float]:
    """Pressure on the rod [MPa] after a while in a closed frame of stiffness k, in equal steps or
    adaptive ones of the default accuracy.

    dt = -dh / (B h (F h / V)^n) with F = F0 + k (h - h0), integrated from h0 to h.
    """
    case = pouch(law, 1e-9 if steps else 0.02)
    stack = LithiumStack(case, COMM, np.empty((0, 2)))
    start, first, stiffness, area = (
        stack.thickness,
        PRESSURE * case.rod_area,
        case.stiffness,
        case.rod_area,
    )
    stack.lock(first)
    marched(stack, [HOLD], equal(steps) if steps else adaptive(case))

    def force(thickness: float) -> float:
        return first + stiffness * (thickness - start)

    def slowness(thickness: float) -> float:
        return 1 / (
            rate_factor(case)
            * thickness
            * (force(thickness) * thickness / stack.volume) ** case.creep.exponent
        )

    def too_long(thickness: float) -> float:
        return quad(slowness, thickness, start, epsrel=1e-12, limit=200)[0] - HOLD

    without_force = start - first / stiffness
    thickness = brentq(too_long, without_force + 0.01 * (start - without_force), start, xtol=1e-12)
    return (first + stiffness * (stack.thickness - start)) / area, force(thickness) / area


def order(solution: Callable[[int], tuple[float, float]]) -> tuple[float, float]:
    """Order of the time steps, by errors with 8 and with 16 of them."""
    coarse, fine = (abs(computed - exact) for computed, exact in map(solution, (8, 16)))
    return log2(coarse / fine), 2.0


@lru_cache
def charged() -> tuple[Case, tuple[float, float], np.ndarray]:
    """A charge in a rigid frame and tube: case, thickness [um] before and after; volume plated,
    length pressed out and force by rows.
    """
    case = Case(
        geometry={"gap": f"{GAP} um", "refinement": 0.5},
        tube={"compliant": False},
        frame={"stiffness": "rigid"},
        flow={"stress_floor": 0.01},
    )
    stack = LithiumStack(case, COMM, straight_wall(case))
    start, rows = stack.thickness, []
    stack.loads = Loads(plating=case.plating_speed * case.charge.current)
    stack.lock(0.0)

    def after_step(*step: float) -> None:
        stack.accept()
        now = stack.instant
        rows.append((now.plated, now.shape.length, now.flow.force))

    march(stack, 0.0, [case.charge.duration], adaptive(case), lambda time: True, after_step)
    stack.destroy()
    return case, (start, stack.thickness), np.array(rows)


def charged_length() -> tuple[float, float]:
    """Growth of the length pressed out [um]: what is plated over the section of the gap, as the
    foil keeps its thickness.
    """
    case, _, rows = charged()
    first, last = rows[0], rows[-1]
    radius = case.geometry.inner_radius
    return last[1] - first[1], (last[0] - first[0]) / (pi * ((radius + GAP) ** 2 - radius**2))


def charged_force() -> tuple[float, float]:
    """Force that the rod wins per length pressed out [uN/um] after the first 100 um: pi k^2 G of
    the developed flow in the gap.
    """
    case, _, rows = charged()
    first, last = rows[rows[:, 1] > 100.0][0], rows[-1]
    plating = case.plating_speed * case.charge.current * case.rod_area
    radius = case.geometry.inner_radius
    gradient, neutral = annulus(case.creep, radius, radius + GAP, plating)
    return (last[2] - first[2]) / (last[1] - first[1]), pi * neutral**2 * gradient


def charged_thickness() -> tuple[float, float]:
    """Thickness of the foil [um] in a rigid frame, before and after the charge."""
    return charged()[1]


HELD = "uniform plane-strain creep: h^-n - h0^-n = n B (F/V)^n t"
FRAME = "uniform plane-strain creep in a spring, by quadrature"
SCHEME = "Alexander, SIAM J. Numer. Anal. 14 (1977) 1006"

IN_TIME_CHECKS = [
    *(
        Check(
            f"creep under a held force, {law}: thickness [um]",
            HELD,
            partial(held_force, law, 16),
            1e-4,
        )
        for law in ("roy", "newtonian")
    ),
    Check(
        "creep under a ramp and a hold, default steps: thickness [um]",
        HELD,
        partial(ramped_force, "roy"),
        2e-4,
    ),
    *(
        Check(
            f"relaxation in a frame, default steps, {law}: pressure [MPa]",
            FRAME,
            partial(relaxed, law),
            3e-3,
        )
        for law in ("roy", "anand-saturated")
    ),
    Check(
        "order of the time steps, held force [-]",
        SCHEME,
        partial(order, partial(held_force, "roy")),
        0.05,
        False,
    ),
    Check(
        "order of the time steps, relaxation [-]",
        SCHEME,
        partial(order, partial(relaxed, "roy")),
        0.1,
        False,
    ),
    Check(
        "charge in a rigid frame: growth of the length pressed out [um]",
        "incompressibility",
        charged_length,
        1e-6,
    ),
    Check("charge in a rigid frame: foil thickness [um]", "the rod rests", charged_thickness, 1e-9),
    Check(
        "charge in a rigid frame: force per length pressed out [uN/um]",
        "equilibrium of developed flow",
        charged_force,
        2e-3,
    ),
]
