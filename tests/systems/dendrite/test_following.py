"""Meshes that follow the interface: what is kept, ranks, resumed runs, and against fixed meshes."""

import numpy as np
import pytest
from mpi4py import MPI

from anodex.models.adapt.front_band import interface_points
from anodex.models.inputs.casefile import parse_case
from anodex.models.inputs.overrides import override
from anodex.models.systems.dendrite.case import Case
from anodex.models.systems.dendrite.meshing import (
    boxes_at_start,
    cells_at_start,
    coarse_slab,
    mesh_about,
)
from anodex.models.systems.dendrite.structure import first_phase
from anodex.models.systems.dendrite.two_potential.following import FollowedGrowth

COMM = MPI.COMM_WORLD
SMALL = (
    "geometry.length=32 um",
    "geometry.width=16 um",
    "geometry.lithium_thickness=8 um",
    "geometry.protrusions=1",
    "geometry.protrusion_height=4 um",
    "geometry.protrusion_width=5 um",
    "geometry.porosity=0.1",
    "geometry.pore_diameter=5 um",
    "interface.width=3 um",
    "kinetics.exchange_current_density=2000 A/m^2",
    "mechanics.plating_strain=2e-3",
    "loading.cell_voltage=5 mV",
    "loading.series_resistance=0.2 ohm*cm^2",
    "loading.external_pressure=10 MPa",
    "loading.duration=1200 s",
    "numerics.first_step=1 s",
    "numerics.largest_step=100 s",
    "numerics.adaptive=true",
    "output.frames=2",
)
IN_SPACE = ("geometry.depth=12 um", "geometry.width=12 um", "geometry.length=20 um")
OFTEN = "output.checkpoint_interval=1"


def case(*changes: str) -> Case:
    return parse_case(override({"system": {"name": "dendrite"}}, (*SMALL, *changes)), "test")


@pytest.fixture
def meshes_seen(monkeypatch) -> list[dict]:
    """What the numbers of the state are after each new mesh."""
    seen, renewed = [], FollowedGrowth.renewed

    def noted(worn):
        new = renewed(worn)
        seen.append({"before": worn.lithium(), "after": new.lithium(), **new.state.numbers})
        return new

    monkeypatch.setattr(FollowedGrowth, "renewed", noted)
    return seen


def test_lithium_is_kept_from_mesh_to_mesh(run_in_folder, meshes_seen, shared_tmp_path):
    found = run_in_folder(shared_tmp_path / "run", case())
    assert len(meshes_seen) >= 2
    for mesh in meshes_seen:
        assert mesh["after"] == pytest.approx(mesh["before"], rel=1e-13)
        assert mesh["mended"][0] < 1e-6
    assert meshes_seen[-1]["mended"][1] == len(meshes_seen)
    for balance in ("lithium", "ion", "charge"):
        assert found.observables[f"{balance}_balance_error"].value < 1e-6


@pytest.mark.parametrize("time", [pytest.param(300.0, marks=pytest.mark.serial), 900.0])
def test_a_run_is_resumed_across_new_meshes(
    run_in_folder, run_once, cut_off, assert_same, assert_fields_hold, shared_tmp_path, time
):
    cut_off(shared_tmp_path / "cut", case(OFTEN), time)
    resumed = run_in_folder(shared_tmp_path / "cut", case(OFTEN), resume=True)
    whole = run_once(case())
    assert_same(resumed, whole)
    assert_fields_hold(resumed.folder, whole.folder)


@pytest.mark.skipif(COMM.size == 1, reason="compares several ranks with one")
def test_ranks_agree(run_in_folder, run_once, assert_same, tmp_path):
    alone = run_in_folder(tmp_path / "alone", case(), comm=MPI.COMM_SELF)
    assert_same(run_once(case()), alone, 1e-6)


def test_growth_is_that_of_a_fixed_mesh(run_once):
    """As fine, of other cells."""
    followed, fixed = (
        run_once(case(change)) for change in ("numerics.adaptive=true", "numerics.adaptive=false")
    )
    for name in ("deposited_thickness", "tip_position", "voltage_before_contact"):
        assert followed.observables[name].value == pytest.approx(
            fixed.observables[name].value, rel=0.02
        )


@pytest.mark.parametrize("changes", [(), IN_SPACE], ids=["plane", "space"])
def test_the_first_mesh_is_fine_where_the_interface_is(changes):
    made = case(*changes)
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
