"""The mesh of powder and tube."""

import numpy as np
import pytest
import ufl
from dolfinx import fem
from mpi4py import MPI

from anodex.meshes.pressing import TAGS, PressingGeometry, build_pressing
from anodex.models.discrete.fields import total

COMM = MPI.COMM_WORLD
PARTS = ("powder", "tube")


def measure(tagged, name: str) -> float:
    """Area or length of a named part [um^2, um]."""
    kind, tags = ("dx", tagged.cells) if name in PARTS else ("ds", tagged.facets)
    return total(
        COMM,
        fem.form(
            fem.Constant(tagged.mesh, 1.0)
            * ufl.Measure(kind, tagged.mesh, subdomain_data=tags)(TAGS[name])
        ),
    )


def count(tagged) -> int:
    return tagged.mesh.topology.index_map(2).size_global


def test_parts_have_their_sizes():
    geometry = PressingGeometry(
        bore_radius=3000.0, outer_radius=5000.0, length=6000.0, powder_height=900.0, refinement=0.5
    )
    tagged = build_pressing(geometry, COMM)
    sizes = {
        "powder": 900.0 * 3000.0,
        "tube": 6000.0 * 2000.0,
        "midplane": 5000.0,
        "axis": 900.0,
        "punch": 3000.0,
        "powder_side": 900.0,
        "wall": 6000.0,
        "outer": 6000.0,
        "tube_end": 2000.0,
    }
    assert {name: measure(tagged, name) for name in TAGS} == pytest.approx(sizes)


def test_a_tube_alone_has_no_powder():
    tagged = build_pressing(PressingGeometry(powder_height=0.0, refinement=0.5), COMM)
    assert not tagged.has_cells("powder")
    assert measure(tagged, "midplane") == pytest.approx(3175.0)
    assert measure(tagged, "powder_side") == measure(tagged, "punch") == 0.0


def test_refinement_halves_the_cells():
    coarse, fine = (
        build_pressing(PressingGeometry(refinement=factor), COMM) for factor in (0.5, 1.0)
    )
    assert count(fine) == pytest.approx(4 * count(coarse), rel=0.1)


def test_cells_are_smallest_on_the_way_of_the_powder_edge():
    geometry = PressingGeometry()
    tagged = build_pressing(geometry, COMM)
    tagged.mesh.topology.create_connectivity(1, 0)
    facets = tagged.facets.find(TAGS["wall"])
    ends = tagged.mesh.geometry.x[
        tagged.mesh.topology.connectivity(1, 0).array.reshape(-1, 2)[facets], 0
    ]
    lengths, middles = np.ptp(ends, axis=1), ends.mean(axis=1)
    inside = (geometry.fine[0] < middles) & (middles < geometry.fine[1])
    largest = COMM.allreduce(float(lengths[inside].max(initial=0.0)), op=MPI.MAX)
    assert largest <= 1.1 * geometry.size
    assert COMM.allreduce(float(lengths.max(initial=0.0)), op=MPI.MAX) > 5 * geometry.size


@pytest.mark.parametrize("bore", [10.0, 100.0, 500.0])
def test_cells_grow_as_far_as_a_narrow_bore_has_room(bore):
    """Also where the usual growth would make cells larger than the bore."""
    geometry = PressingGeometry(bore, 2 * bore, 4 * bore, bore / 2, coarsening=24.0)
    tagged = build_pressing(geometry, COMM)
    assert measure(tagged, "powder") == pytest.approx(bore**2 / 2)
    assert measure(tagged, "tube") == pytest.approx(4 * bore**2)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (
            {"bore_radius": 7000.0},
            r"bore_radius 7000 um and outer_radius 6350 um: 0 < bore < outer",
        ),
        (
            {"powder_height": 9000.0},
            r"powder_height is 9000 um; it must lie between 0 and the length, 8000 um",
        ),
        ({"cell_size": 0.0}, r"cell_size is 0; it must be positive"),
        ({"refinement": -1.0}, r"refinement is -1; it must be positive"),
        (
            {"fine_range": (900.0, 500.0)},
            r"fine_range is 900 to 500 um; it must lie between 0 and the length",
        ),
    ],
)
def test_wrong_numbers_are_named(wrong, message):
    with pytest.raises(ValueError, match=message):
        PressingGeometry(**wrong)
