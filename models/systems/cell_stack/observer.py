"""What a cell-stack run shows of itself, step by step."""

from collections.abc import Mapping

import numpy as np
from dolfinx import fem

from anodex.meshes.tagged import TaggedMesh
from anodex.models.discrete.compat import geometry_dofmap
from anodex.models.systems.cell_stack.compaction import PressStep
from anodex.models.systems.cell_stack.problem import LithiumStack
from anodex.models.systems.cell_stack.quantities import QUANTITIES, StackNumbers
from anodex.models.systems.cell_stack.tube import PressedBodies
from anodex.models.time.march import SpentState

# of the foil, over that of the cut one: what is left of a thinner one is the mesh's
LEAST_THICKNESS = 0.01
UNITS = {"velocity": "um/s", "pressure": "MPa"}


def pressing_numbers(step: PressStep) -> StackNumbers:
    """Row of the history in the compaction."""
    return StackNumbers(
        stage=1.0,
        stack_pressure=step.pressure,
        punch_position=step.punch,
        relative_density=step.mean_density,
        bulge=step.bulge,
    )


def body_fields(bodies: PressedBodies) -> dict[str, fem.Function]:
    """Fields of pellet and tube, by the names that the files give them."""
    plasticity = bodies.plasticity
    return {
        "displacement [um]": bodies.displacement,
        "von_mises [MPa]": plasticity.von_mises,
        "pressure [MPa]": plasticity.pressure,
        **plasticity.tensors(),
        **_internal_fields(bodies),
    }


def _internal_fields(bodies: PressedBodies) -> dict[str, fem.Function]:
    """What the points of each body remember, not a number in the other one."""
    internal, tagged = bodies.plasticity.internal, bodies.tagged
    names = {"tube": "plastic_strain [1]"}
    if bodies.face is not None:
        names["powder"] = "relative_density [1]"
    found = {}
    for part, name in names.items():
        found[name] = fem.Function(internal.function_space)
        found[name].x.array[:] = np.nan
        cells = tagged.cells.find(tagged.tags[part])
        points = internal.function_space.dofmap.list[cells].reshape(-1)
        found[name].x.array[points] = internal.x.array[points]
    return found


class StackObserver:
    """Numbers and fields of the lithium's stages (`anodex.models.time.march.Observer`).

    Parameters
    ----------
    stack
        The lithium, before its mesh has moved; it is only read.
    bodies
        Pellet and tube, if there are any.
    """

    quantities = QUANTITIES
    moving = False  # `fields` are on the mesh of the start

    def __init__(self, stack: LithiumStack, bodies: PressedBodies | None = None):
        self.stack, self.bodies = stack, bodies
        self._mesh = stack.foil.tagged.mesh
        self._start = self._mesh.geometry.x[:, :2].copy()
        self._moved = fem.Function(fem.functionspace(self._mesh, ("Lagrange", 1, (2,))))
        spaces = stack.flow.creep.fields.spaces
        self._flow = {name: fem.Function(spaces[name]) for name in UNITS}

    def measure(self) -> StackNumbers:
        """The present state, as it was found when it was accepted."""
        stack, now = self.stack, self.stack.instant
        area, flow = stack.case.rod_area, now.flow
        largest = max(
            *map(abs, (now.plated, now.extruded, now.stored)), stack.filling.first_pressed_out
        )
        lost = max(abs(now.plated - now.extruded - now.stored), abs(now.misplaced))
        pressure = unbalanced = 0.0
        if flow is not None:
            pressure = flow.force / area
            forces = max(flow.force, abs(flow.pellet_force), stack.case.stacking.pressure * area)
            unbalanced = abs(flow.force + flow.wall_drag - flow.pellet_force) / forces
        return StackNumbers(
            stage=stack.stage,
            stack_pressure=pressure,
            foil_thickness=now.shape.thickness,
            extruded_length=now.shape.length,
            plated_volume=now.plated,
            extruded_volume=now.extruded,
            stored_volume=now.stored,
            wall_opening=now.wall_opening,
            volume_balance_error=lost / largest,
            force_balance_error=unbalanced,
        )

    def check(self, row: Mapping[str, float]) -> None:
        """Refuse a foil that is hardly there."""
        left, cut = row["foil_thickness [um]"], self.stack.case.geometry.foil_thickness
        if left < LEAST_THICKNESS * cut:
            raise SpentState(
                f"the foil is used up: {left:.3g} um of {cut:g} um are left. "
                "Use a thicker foil or a lower stacking.pressure, or shorten the discharge."
            )

    def note(self, row: Mapping[str, float]) -> str:
        """Pressure, and how far the lithium has come."""
        return (
            f"{row['stack_pressure [MPa]']:.3g} MPa, {row['extruded_length [um]']:.4g} um pressed "
            "out"
        )

    def meshes(self) -> Mapping[str, TaggedMesh]:
        """A file of the lithium, and one of pellet and tube."""
        lithium = {"fields": self.stack.foil.tagged}
        return lithium if self.bodies is None else {**lithium, "die": self.bodies.tagged}

    def fields(self) -> Mapping[str, Mapping[str, fem.Function]]:
        """On the mesh of the start, which `displacement` takes to the accepted shape."""
        flow = self.stack.flow.creep
        moved = self._moved.x.array.reshape(-1, 2)
        displacement = self._mesh.geometry.x[:, :2] - self._start
        moved[self._moved.function_space.dofmap.list] = displacement[geometry_dofmap(self._mesh)]
        lithium = {"displacement [um]": self._moved}
        for name, unit in UNITS.items():
            lithium[f"{name} [{unit}]"] = flow.fields.extract(flow.unknown, name, self._flow[name])
        lithium |= {"von_mises [MPa]": flow.stress.von_mises(), **self.stack.resistance.fields}
        lithium |= flow.tensors()
        if self.bodies is None:
            return {"fields": lithium}
        return {"fields": lithium, "die": body_fields(self.bodies)}
