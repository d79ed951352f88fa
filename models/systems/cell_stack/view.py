"""What a cell-stack run shows of itself, step by step, and what it must remember."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from math import nan

import numpy as np
from dolfinx import fem
from dolfinx.mesh import Mesh

from anodex.models.systems.cell_stack.compaction import PressStep
from anodex.models.systems.cell_stack.die import Pressed
from anodex.models.systems.cell_stack.problem import LithiumStack
from anodex.models.systems.cell_stack.tube import PressedBodies
from anodex.models.time.march import SpentState

# of the foil, over that of the cut one: what is left of a thinner one is the mesh's
LEAST_THICKNESS = 0.01

PRESSING = {
    "punch_position [um]": "punch",
    "relative_density [1]": "mean_density",
    "bulge [um]": "bulge",
}
COLUMNS = (
    "stage [1]",  # 1 compaction, 2 stacking, 3 charge, 4 rest, 5 discharge
    "stack_pressure [MPa]",
    *PRESSING,
    "foil_thickness [um]",
    "extruded_length [um]",
    "plated_volume [um^3]",
    "extruded_volume [um^3]",
    "stored_volume [um^3]",
    "wall_opening [um]",
    "volume_balance_error [1]",
    "force_balance_error [1]",
)


def pressing_row(step: PressStep) -> Mapping[str, float]:
    """Row of the history in stage 1."""
    known = {column: getattr(step, name) for column, name in PRESSING.items()}
    return {
        **dict.fromkeys(COLUMNS, nan),
        "stage [1]": 1.0,
        "stack_pressure [MPa]": step.pressure,
        **known,
    }


def body_fields(bodies: PressedBodies) -> dict[str, fem.Function]:
    """Fields of pellet and tube, by the names that the files give them."""
    plasticity = bodies.plasticity
    return {
        "displacement [um]": bodies.displacement,
        "von_mises [MPa]": plasticity.von_mises,
        "pressure [MPa]": plasticity.pressure,
        # relative density of the powder, plastic strain of the tube
        "internal_variable [1]": plasticity.internal,
    }


class StackView:
    """Rows, fields and checkpoints of the lithium's stages (`anodex.models.time.march.View`).

    Parameters
    ----------
    stack, pressed
        The lithium, and what stage 1 has left.
    bodies
        Pellet and tube, if there are any.

    Attributes
    ----------
    stage
        Number of the present stage in the history.
    """

    columns = COLUMNS

    def __init__(self, stack: LithiumStack, pressed: Pressed, bodies: PressedBodies | None):
        self.stack, self.pressed, self.bodies, self.stage = stack, pressed, bodies, 2
        mesh = stack.foil.tagged.mesh
        self._start = mesh.geometry.x[:, :2].copy()
        self._first_wall = np.column_stack([stack.places, stack.radii])
        self._moved = fem.Function(fem.functionspace(mesh, ("Lagrange", 1, (2,))))
        fields = stack.flow.fields
        self._flow = {name: fem.Function(fields.spaces[name]) for name in ("velocity", "pressure")}

    def row(self) -> Mapping[str, float]:
        stack, now = self.stack, self.stack.now
        cut = stack.case.geometry.foil_thickness
        if stack.thickness < LEAST_THICKNESS * cut:
            raise SpentState(
                f"the foil is used up: {stack.thickness:.3g} um of {cut:g} um are left. "
                "Use a thicker foil or a lower stacking.pressure, or shorten the discharge."
            )
        shape = stack.shape()
        opening = (
            np.max(stack.radii - np.interp(stack.places, *self._first_wall.T), initial=0.0)
            if self.stack.foil.die
            else 0.0
        )
        extruded, stored = stack.extruded_volume(), stack.stored_volume()
        largest = max(abs(stack.plated), abs(extruded), abs(stored), stack.first[1])
        forces = (
            max(
                now.force, abs(now.pellet_force), stack.case.stacking.pressure * stack.case.rod_area
            )
            if now
            else 0.0
        )
        return {
            **dict.fromkeys(PRESSING, nan),
            "stage [1]": float(self.stage),
            "stack_pressure [MPa]": stack.stack_pressure(),
            "foil_thickness [um]": stack.thickness,
            "extruded_length [um]": shape.length,
            "plated_volume [um^3]": stack.plated,
            "extruded_volume [um^3]": extruded,
            "stored_volume [um^3]": stored,
            "wall_opening [um]": float(opening),
            "volume_balance_error [1]": max(
                abs(stack.plated - extruded - stored), abs(stack.misplaced_volume())
            )
            / largest,
            "force_balance_error [1]": abs(now.force + now.wall_drag - now.pellet_force) / forces
            if forces
            else 0.0,
        }

    def note(self, row: Mapping[str, float]) -> str:
        return (
            f"{row['stack_pressure [MPa]']:.3g} MPa, {row['extruded_length [um]']:.4g} um pressed "
            "out"
        )

    def meshes(self) -> Mapping[str, Mesh]:
        lithium = {"fields": self.stack.foil.tagged.mesh}
        return lithium if self.bodies is None else {**lithium, "die": self.bodies.mesh}

    def fields(self) -> Mapping[str, Mapping[str, fem.Function]]:
        """On the mesh of the start, which `displacement` takes to the present shape."""
        flow, mesh = self.stack.flow, self.stack.foil.tagged.mesh
        self.stack.foil.move(self.stack.shape())
        moved = self._moved.x.array.reshape(-1, 2)
        moved[self._moved.function_space.dofmap.list] = (mesh.geometry.x[:, :2] - self._start)[
            mesh.geometry.dofmap
        ]
        lithium = {"displacement [um]": self._moved}
        for name, unit in (("velocity", "um/s"), ("pressure", "MPa")):
            lithium[f"{name} [{unit}]"] = flow.fields.extract(flow.unknown, name, self._flow[name])
        lithium["von_mises [MPa]"] = flow.stress.von_mises()
        return (
            {"fields": lithium}
            if self.bodies is None
            else {"fields": lithium, "die": body_fields(self.bodies)}
        )

    def state_functions(self) -> Mapping[str, fem.Function]:
        return self.bodies.state_functions() if self.bodies else {}

    def scalars(self) -> Mapping[str, float | str]:
        stack = self.stack
        numbers = {
            "thickness": stack.thickness,
            "volume": stack.volume,
            "plated": stack.plated,
            "stage": self.stage,
        }
        arrays = {"first_wall": self._first_wall, "radii": stack.radii}
        texts = {name: json.dumps(values.tolist()) for name, values in arrays.items()}
        texts |= {
            "rates": json.dumps([rates.tolist() for rates in stack.rates]),
            "pressed": json.dumps(asdict(self.pressed)),
        }
        locked = {"locked_force": stack.locked[0], "locked_thickness": stack.locked[1]}
        return {**numbers, **texts, **locked}

    def restore(self, scalars: Mapping[str, float | str]) -> None:
        numbers = np.array([scalars[name] for name in ("thickness", "volume", "plated")])
        self.stack.set_state([numbers, np.array(json.loads(scalars["radii"]))])
        self.stack.locked = scalars["locked_force"], scalars["locked_thickness"]
        self.stack.rates = [np.array(rates) for rates in json.loads(scalars["rates"])]
        self.stage = int(scalars["stage"])
