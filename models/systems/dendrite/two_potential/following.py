"""Growth between two potentials on a mesh that follows the interface."""

import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from mpi4py import MPI

from anodex.meshes.tagged import TaggedMesh
from anodex.models.adapt.carry import Carrier, keep_amount
from anodex.models.adapt.front_band import boxes_about, interface_points
from anodex.models.systems.dendrite.case import Case
from anodex.models.systems.dendrite.meshing import band_about, boxes_at_start, mesh_about
from anodex.models.systems.dendrite.two_potential.problem import TwoPotentialGrowth
from anodex.models.time.state import State

log = logging.getLogger("anodex")

# Functions of which a new mesh gets as much as the old one had; the others depend on the first.
KEPT = ("phase", "explicit", "change")


def remade(case: Case, comm: MPI.Comm, numbers: Mapping[str, Any]) -> "FollowedGrowth":
    """The problem on the mesh of a checkpoint with some numbers."""
    boxes = np.array(numbers["boxes"])
    return FollowedGrowth(case, mesh_about(case, comm, boxes), boxes)


class FollowedGrowth(TwoPotentialGrowth):
    """The problem of a case on a mesh that follows the interface
    (`anodex.models.time.march.MovingProblem`).

    Parameters
    ----------
    case
        The case.
    tagged
        Mesh from `mesh_about`.
    boxes
        Those that it was made for; by default those of the interface at the start.

    Attributes
    ----------
    state
        Also the `boxes` that the mesh was made for, and `mended`: the largest share of the lithium
        that a new mesh has missed, before it was given back, and how many meshes there have been.
    """

    def __init__(self, case: Case, tagged: TaggedMesh, boxes: np.ndarray | None = None):
        self.band = band_about(case, boxes_at_start(case) if boxes is None else boxes)
        super().__init__(case, tagged)

    def worn(self) -> bool:
        """Whether the interface nears the edge of where cells are fine."""
        return self.comm.allreduce(self.band.left_by(interface_points(self.phase)), op=MPI.LOR)

    def renewed(self) -> "FollowedGrowth":
        """The same state on a mesh about where the interface is now; collective."""
        with self.costs.of("new mesh"):
            boxes = boxes_about(self.phase, self.band.rule.box)
            new = FollowedGrowth(self.case, mesh_about(self.case, self.comm, boxes), boxes)
            missing = self._give(new, boxes)
        log.info(
            "a share of %.1e of the lithium was missing on a new mesh, and given back", missing
        )
        new._follow()
        return new

    def _give(self, new: "FollowedGrowth", boxes: np.ndarray) -> float:
        """Carry the state to the problem on a new mesh, and tell the share of the lithium that was
        missing there.
        """
        carry, old, carried = (
            Carrier(self.mesh, new.mesh),
            self.state.functions(),
            new.state.functions(),
        )
        for name, function in old.items():
            move = carry.with_amount if name in KEPT else carry
            move(function, carried[name])
        missing, *_ = (keep_amount(old[name], carried[name], new.phase) for name in KEPT)
        missing /= self.lithium()
        new.state.take_numbers({**self.state.stored_numbers(), "boxes": boxes})
        mended = new.state.numbers["mended"]
        mended[:] = max(mended[0], abs(missing)), mended[1] + 1
        return missing

    def _state(self) -> State:
        state = super()._state()
        return replace(
            state,
            numbers={**state.numbers, "mended": np.zeros(2)},
            start_numbers={**state.start_numbers, "boxes": self.band.boxes},
        )
