"""Meshes that follow the interface: what is kept, resumed runs, and against fixed meshes."""

import numpy as np
import pytest
from mpi4py import MPI

from anodex.models.adapt.front_band import interface_points
from anodex.models.systems.dendrite.meshing import (
    boxes_at_start,
    cells_at_start,
    coarse_slab,
    mesh_about,
)
from anodex.models.systems.dendrite.structure import first_phase
from anodex.models.systems.dendrite.two_potential.following import FollowedGrowth

COMM = MPI.COMM_WORLD
IN_SPACE = ("geometry.depth=12 um", "geometry.width=12 um", "geometry.length=20 um")
OFTEN = "output.checkpoint_interval=1"


def test_lithium_is_kept_from_mesh_to_mesh(followed):
    found, meshes = followed
    assert len(meshes) >= 2
    for mesh in meshes:
        assert mesh["after"] == pytest.approx(mesh["before"], rel=1e-13)
        assert mesh["mended"][0] < 1e-6
    assert meshes[-1]["mended"][1] == len(meshes)
    for balance in ("lithium", "ion", "charge"):
        assert found.observables[f"{balance}_balance_error"].value < 1e-6


@pytest.mark.parametrize("time", [pytest.param(300.0, marks=pytest.mark.serial), 900.0])
def test_a_run_is_resumed_across_new_meshes(
    run_in, followed, small_case, cut_off, assert_same, assert_fields_hold, shared_tmp_path, time
):
    cut_off(shared_tmp_path / "cut", small_case("followed", OFTEN), time)
    resumed = run_in(shared_tmp_path / "cut", "followed", OFTEN, resume=True)
    whole, _ = followed
    assert_same(resumed, whole)
    assert_fields_hold(resumed.folder, whole.folder)


def test_growth_is_that_of_a_fixed_mesh(followed, run_case):
    """As fine, of other cells."""
    found, fixed = followed[0], run_case("followed", "numerics.adaptive=false")
    for name in ("deposited_thickness", "tip_position", "voltage_before_contact"):
        assert found.observables[name].value == pytest.approx(
            fixed.observables[name].value, rel=0.02
        )


@pytest.mark.parametrize(
    "changes", [(), pytest.param(IN_SPACE, marks=pytest.mark.slow)], ids=["plane", "space"]
)
def test_the_first_mesh_is_fine_where_the_interface_is(small_case, changes):
    made = small_case("followed", *changes)
    boxes = boxes_at_start(made)
    tagged = mesh_about(made, COMM, boxes)
    problem = FollowedGrowth(made, tagged)
    try:
        assert not problem.worn()
        _, halvings = coarse_slab(made)
        assert halvings == 2
        assert problem.size()["cells"] == pytest.approx(cells_at_start(made)[0], rel=0.5)
        at_interface = interface_points(problem.phase)
        fine = problem.band.rule.fine
        assert np.all(problem.band.sizes(at_interface) == fine) and fine < 1.2 * made.cell_size
        assert tagged.mesh.comm.allreduce(len(tagged.facets.find(tagged.tags["left"]))) > 0
        points = problem.space.tabulate_dof_coordinates()
        np.testing.assert_array_equal(problem.phase.x.array, first_phase(made, points))
    finally:
        problem.destroy()
