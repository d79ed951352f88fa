"""The field files, read back."""

import numpy as np
import pytest
from mpi4py import MPI

from anodex.models.results.folder import ResultFolder
from anodex.models.results.series import read_fields
from anodex.models.systems.contoured_interface.output import write_fields

COMM = MPI.COMM_WORLD
SPEED = 13e-6 / 0.096485  # um/s of lithium plated at 1 A/m^2


@pytest.fixture
def written(solved, shared_tmp_path):
    """Function that writes the fields of a case; the problem, and a function that reads one of
    the files.
    """

    def write(**tables):
        problem = solved(**tables)
        folder = ResultFolder.create(shared_tmp_path / "result", COMM)
        write_fields(problem, folder, COMM)
        COMM.barrier()

        def read(name: str):
            found = read_fields(folder.path / f"{name}.xdmf")
            assert found.times.tolist() == [0]
            return found.grid(0.0)

        return problem, read, folder

    return write


@pytest.mark.parametrize("dimension", ["2d", "3d"])
def test_the_surface_holds_the_state(written, dimension):
    geometry = (
        {"dimension": dimension}
        if dimension == "2d"
        else {"dimension": dimension, "shape": "egg-box", "refinement": 0.25}
    )
    problem, read, _ = written(geometry=geometry)
    surface = read("interface")
    np.testing.assert_allclose(
        surface.points[:, : problem.points.shape[1]], problem.points, atol=1e-10
    )
    assert set(surface.point_data) == {
        "current_density [A/m^2]",
        "excess_pressure [MPa]",
        "excess_normal_pressure [MPa]",
    }
    for name, values in (
        ("current_density [A/m^2]", problem.state.current),
        ("excess_pressure [MPa]", problem.state.pressure),
        ("excess_normal_pressure [MPa]", problem.state.normal_pressure),
    ):
        np.testing.assert_allclose(surface.point_data[name], values, rtol=1e-12)


@pytest.mark.parametrize("law", ["none", "linear"])
def test_the_bodies_meet_the_surface(written, law):
    """The first nodes of both bodies are those of the interface."""
    problem, read, _ = written(kinetics={"law": law})
    electrolyte, lithium, count = read("fields"), read("lithium"), len(problem.points)
    for grid in (electrolyte, lithium):
        np.testing.assert_allclose(grid.points[:count, :2], problem.points, atol=1e-10)
    resistance = 0.0 if law == "none" else 10e-4
    np.testing.assert_allclose(
        electrolyte.point_data["potential [V]"][:count],
        resistance * problem.state.current,
        atol=1e-10,
    )
    np.testing.assert_allclose(
        lithium.point_data["excess_pressure [MPa]"][:count], problem.state.pressure, atol=1e-10
    )


def test_fields_of_a_flat_cell(written):
    _, read, _ = written(geometry={"shape": "flat"})
    electrolyte, lithium = read("fields"), read("lithium")
    assert electrolyte.points[:, 1].min() == pytest.approx(0) and lithium.points[
        :, 1
    ].max() == pytest.approx(0)
    np.testing.assert_allclose(
        electrolyte.cell_data["current_density [A/m^2]"] - [0, -10, 0], 0, atol=1e-8
    )
    np.testing.assert_allclose(
        lithium.point_data["velocity [um/s]"] - [0, -10 * SPEED, 0], 0, atol=1e-8 * SPEED
    )
    assert np.abs(lithium.point_data["excess_pressure [MPa]"]).max() < 1e-6


def test_stress_of_the_flow_is_largest_beside_the_interface(written):
    _, read, _ = written()
    lithium = read("lithium")
    stress, height = lithium.cell_data["von_mises [MPa]"], lithium.cell_centers().points[:, 1]
    assert 0.05 < stress.max() < 2  # the law gives 0.24 MPa at the mean rate
    assert height[stress.argmax()] > -50
    assert stress[height < -150].max() < 0.2 * stress.max()


def test_without_flow_no_lithium_is_written(written):
    _, read, folder = written(flow={"law": "none"})
    assert not folder.part("lithium").exists()
    assert set(read("interface").point_data) == {"current_density [A/m^2]"}


def test_each_body_has_its_part_and_the_lithium_its_stress(written):
    _, read, _ = written(geometry={"shape": "flat"})
    parts = {name: set(read(name)["part [1]"]) for name in ("fields", "lithium", "interface")}
    assert parts == {"fields": {1}, "lithium": {2}, "interface": {11}}
    lithium = read("lithium")
    trace = sum(lithium[f"stress_{axis} [MPa]"] for axis in ("xx", "yy", "zz"))
    np.testing.assert_allclose(trace, 0.0, atol=1e-6)  # that of the stack is none
    for axis in ("xx", "yy", "xy"):  # a block that moves as a whole
        np.testing.assert_allclose(lithium[f"strain_rate_{axis} [1/s]"], 0.0, atol=1e-9)
