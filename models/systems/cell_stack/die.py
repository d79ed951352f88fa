"""Pellet and tube of a case: stage 1, and the wall that it leaves for the lithium."""

from collections.abc import Callable, Iterable
from dataclasses import astuple, dataclass
from math import inf, isnan, nan
from typing import Any, Self

import numpy as np
from mpi4py import MPI

from anodex.meshes.pressing import PressingGeometry, build_pressing
from anodex.models.constitutive.density_cap import (
    DensityCap,
    die_factor,
    hydrostatic_heckel_constant,
)
from anodex.models.constitutive.yield_laws import VonMisesPlasticity
from anodex.models.systems.cell_stack.case import Case
from anodex.models.systems.cell_stack.compaction import Compaction, PressStep
from anodex.models.systems.cell_stack.tube import PressedBodies

# Around the pressed powder's edge the wall is steep: 2 um in 12 um.
EDGE = (0.8, 1.2)  # over its height in a rigid die
EDGE_SIZE, EDGE_COARSENING = 25.0, 24.0  # um; largest over smallest cell size
MARGIN = 1.0  # of tube beyond the far end of the gap, over its inner radius


@dataclass(frozen=True)
class Pressed:
    """What stage 1 leaves.

    Attributes
    ----------
    face
        Mean distance of the pellet's face from its mid-plane [um]; its very edge, a corner deep in
        the punch's penalty, stands out.
    gap_at_pellet
        Between rod and tube at the pellet's face [um]; None for a pouch.
    density_loaded, density
        Mean relative density under the pressure and after release; None without compaction.
    bulge, residual_bulge
        Largest opening of the tube under the pressure and after release [um]; None without
        compaction.
    """

    face: float
    gap_at_pellet: float | None = None
    density_loaded: float | None = None
    density: float | None = None
    bulge: float | None = None
    residual_bulge: float | None = None

    def numbers(self) -> np.ndarray:
        """All values in order, for a checkpoint: nan stands for None."""
        return np.array([nan if value is None else value for value in astuple(self)])

    @classmethod
    def of(cls, numbers: Iterable[float]) -> Self:
        """The same back from its numbers."""
        face, *others = map(float, numbers)
        return cls(face, *(None if isnan(number) else number for number in others))


UNPRESSED = Pressed(face=0.0)  # of a wall whose places count from the pellet's face


def powder_law(case: Case) -> DensityCap:
    """Plasticity of the powder."""
    powder = case.powder
    return DensityCap(
        powder.young_modulus,
        powder.poisson_ratio,
        powder.porosity_softening,
        initial_density=case.geometry.initial_relative_density,
        heckel_constant=hydrostatic_heckel_constant(powder.heckel_constant, powder.cap_aspect),
        aspect=powder.cap_aspect,
        tension_ratio=powder.tension_ratio,
    )


def build_bodies(case: Case, comm: MPI.Comm, with_powder: bool) -> PressedBodies:
    """Tube and, if asked for, loose powder in it; without, the tube stands off the rod by the
    given gap; collective.
    """
    geometry, tube = case.die, case.tube
    reach = geometry.foil_thickness + geometry.gap_length + MARGIN * geometry.inner_radius
    loose, pressed = case.powder_height / 2, pellet_half(case)
    of_the_gap: dict[str, Any] = {
        "bore_radius": geometry.inner_radius,
        "length": loose + reach,
        "powder_height": loose,
        "fine_range": (EDGE[0] * pressed, min(EDGE[1] * pressed, loose)),
        "cell_size": EDGE_SIZE,
        "coarsening": EDGE_COARSENING,
    }
    given_gap: dict[str, Any] = {
        "bore_radius": geometry.inner_radius + (geometry.gap or 0.0),
        "length": pressed + reach,
        "powder_height": 0.0,
        "fine_range": (pressed, pressed + min(4 * geometry.foil_thickness, reach / 2)),
    }
    outline = PressingGeometry(
        outer_radius=geometry.tube_outer_radius,
        refinement=geometry.refinement,
        **(of_the_gap if with_powder else given_gap),
    )
    law = VonMisesPlasticity(
        tube.young_modulus, tube.poisson_ratio, tube.yield_strength, tube.hardening_modulus
    )
    powder = powder_law(case) if with_powder else None
    return PressedBodies(
        build_pressing(outline, comm),
        law,
        powder,
        sleeve=tube.sleeve,
        rod_radius=geometry.inner_radius,
    )


def pellet_half(case: Case) -> float:
    """Half the height of a pellet pressed in a rigid die of the bore [um]; where nothing is
    pressed, of the loose powder.
    """
    density = (
        wide_densities(case)[1]
        if case.compaction.enabled
        else case.geometry.initial_relative_density
    )
    return case.powder_height / 2 * case.geometry.initial_relative_density / density


def wide_densities(case: Case) -> tuple[float, float]:
    """Relative densities under the pressure and after release of powder that cannot give way
    sideways: a wide pouch.
    """
    law, pressure = powder_law(case), case.compaction.pressure
    strength = pressure / die_factor(law.aspect)
    # `DensityCap.axial_die_pressure` the other way round; a pressure below the loose powder's
    # strength packs nothing.
    packing = law.heckel_constant * max(strength - law.initial_pressure**2 / strength, 0.0)
    density = 1 - (1 - law.initial_density) * np.exp(-packing)
    young, poisson = (
        case.powder.young_modulus * np.exp(-case.powder.porosity_softening * (1 - density)),
        case.powder.poisson_ratio,
    )
    oedometric = young * (1 - poisson) / ((1 + poisson) * (1 - 2 * poisson))
    return float(density * np.exp(pressure / oedometric)), float(density)


def compact(
    case: Case, bodies: PressedBodies, after_step: Callable[[float, PressStep], None]
) -> Pressed:
    """Stage 1: press, hold, release; press the cathode layer on, release.

    Parameters
    ----------
    after_step
        Gets the time [s], by the ramps of the pressure, and the step.

    Raises
    ------
    ConvergenceError
        If powder or tube cannot hold the pressure.
    """
    given = case.compaction
    friction = inf if given.punch_friction == "sticking" else given.punch_friction
    compaction = Compaction(bodies, case.geometry.initial_relative_density, friction)
    latest = 0.0

    def at(time: float, step: PressStep) -> None:
        nonlocal latest
        # where friction turns around the pressure falls a little while the punch goes on
        latest = max(latest, time)
        after_step(latest, step)

    def cycle(pressure: float, start: float, hold: float) -> tuple[float, float]:
        """Press and release; returns density and bulge under the pressure."""
        steps: list[PressStep] = []

        def under(step: PressStep) -> None:
            steps.append(step)
            at(start + given.ramp * min(step.pressure / pressure, 1.0), step)

        compaction.press(pressure, under)
        reached = compaction.densities()[1], bodies.bulge()
        end = start + 2 * given.ramp + hold
        if hold and steps:
            at(end - given.ramp, steps[-1])
        compaction.release(lambda step: at(end - given.ramp * step.pressure / pressure, step))
        return reached

    try:
        density_loaded, bulge = cycle(given.pressure, 0.0, given.hold)
        if given.cathode_pressure:
            cycle(given.cathode_pressure, given.duration - 2 * given.ramp, 0.0)
        face = bodies.mean_face()
        gap = float(np.interp(0.0, *wall_nodes(bodies, face).T)) - case.geometry.inner_radius
        return Pressed(face, gap, density_loaded, compaction.densities()[1], bulge, bodies.bulge())
    finally:
        compaction.destroy()


def wall_nodes(bodies: PressedBodies, face: float) -> np.ndarray:
    """Nodes of the tube's wall: distance from the pellet's face and radius [um], shape (nodes,
    2); collective.
    """
    return bodies.wall.positions() - np.array([face, 0.0])


def straight_wall(case: Case) -> np.ndarray:
    """The same for a gap that is given; none in a pouch."""
    geometry = case.geometry
    if geometry.type == "pouch":
        return np.empty((0, 2))
    if geometry.gap is None:
        raise ValueError("the gap is not given: it is what the compaction leaves")
    ends = np.array(
        [
            -geometry.inner_radius,
            geometry.foil_thickness + geometry.gap_length + MARGIN * geometry.inner_radius,
        ]
    )
    return np.column_stack([ends, np.full(2, geometry.inner_radius + geometry.gap)])
