"""Mesh of the lithium foil: its shape, volumes, parts and motion."""

import numpy as np
import pytest
import ufl
from dolfinx import fem
from mpi4py import MPI

from anodex.meshes.foil import FoilMesh, FoilShape
from anodex.models.errors import ConvergenceError

COMM = MPI.COMM_WORLD
RADIUS = 1000.0


def wall(x):
    return RADIUS + 30 + 50 * np.exp(-x / 400)


DIE, POUCH = FoilShape(200.0, 300.0, wall), FoilShape(200.0, 300.0)


def integral(foil: FoilMesh, value, measure) -> float:
    return COMM.allreduce(fem.assemble_scalar(fem.form(value * measure)))


def volumes(foil: FoilMesh) -> list[float]:
    """Of foil and column, integrated over the cells."""
    mesh, tags = foil.tagged.mesh, foil.tagged.tags
    width = 2 * ufl.pi * ufl.SpatialCoordinate(mesh)[1] if foil.die else fem.Constant(mesh, 1.0)
    inside = ufl.dx(mesh, subdomain_data=foil.tagged.cells)
    return [integral(foil, width, inside(tags[name])) for name in ("foil", "column")]


@pytest.mark.parametrize("length", [0.5, 10.0, 300.0, 5000.0])
@pytest.mark.parametrize("first", [DIE, POUCH], ids=["die", "pouch"])
def test_volumes_are_those_of_the_cells(first, length):
    foil = FoilMesh(COMM, RADIUS, first, 0.5)
    shape = FoilShape(180.0, length, first.wall)
    foil.move(shape)
    np.testing.assert_allclose(
        volumes(foil), [foil.foil_volume(shape), foil.column_volume(shape)], rtol=1e-12
    )
    inside_out = ufl.conditional(ufl.gt(ufl.JacobianDeterminant(foil.tagged.mesh), 0.0), 0.0, 1.0)
    assert integral(foil, inside_out, ufl.dx(foil.tagged.mesh)) == 0


def test_the_polygon_comes_close_to_the_wall():
    foil = FoilMesh(COMM, RADIUS, DIE)
    x = np.linspace(200, 500, 100001)
    exact = np.pi * np.trapezoid(wall(x) ** 2 - RADIUS**2, x)
    assert foil.column_volume(DIE) == pytest.approx(exact, rel=1e-4)


@pytest.mark.parametrize("first", [DIE, POUCH], ids=["die", "pouch"])
def test_parts_have_their_areas_after_a_move(first):
    foil = FoilMesh(COMM, RADIUS, first, 0.5)
    h, length = 150.0, 900.0
    foil.move(FoilShape(h, length, first.wall))
    mesh, tags = foil.tagged.mesh, foil.tagged.tags
    outside = ufl.ds(mesh, subdomain_data=foil.tagged.facets)
    found = {
        name: integral(foil, fem.Constant(mesh, 1.0), outside(tags[name])) for name in foil.parts
    }
    assert sum(found.values()) == pytest.approx(
        integral(foil, fem.Constant(mesh, 1.0), ufl.ds(mesh))
    )
    if first is POUCH:
        assert found == pytest.approx(
            {"pellet": RADIUS + length, "rod_face": RADIUS + length, "axis": h, "front": h}
        )
    else:
        slant = found.pop("wall")
        expected = {
            "axis": h,
            "rod_face": RADIUS,
            "rod_side": length,
            "pellet": wall(0.0),
            "front": wall(h + length) - RADIUS,
        }
        assert found == pytest.approx(expected)
        assert h + length < slant < h + length + wall(0.0) - wall(h + length)


def test_cells_are_small_at_the_corners_however_long_the_column():
    foil = FoilMesh(COMM, RADIUS, DIE)
    for length in (100.0, 5000.0):
        axial, _ = foil.outline(FoilShape(200.0, length, wall))
        sizes = np.diff(axial)
        corner = np.searchsorted(axial, 200.0 - 1e-9)
        assert max(sizes[[0, corner - 1, corner, -1]]) < 3.1
        assert np.max(np.abs(np.diff(np.log(sizes)))) < 0.75
    radii = foil.radii(RADIUS + 50)
    assert radii[foil.edge] == RADIUS
    assert max(np.diff(radii)[foil.edge - 1 : foil.edge + 1]) < 2.1


def test_refinement_makes_more_cells():
    counts = [
        FoilMesh(COMM, RADIUS, DIE, r).tagged.mesh.topology.index_map(2).size_global
        for r in (0.5, 1, 2)
    ]
    assert counts[0] < counts[1] / 2 < counts[2] / 5


@pytest.mark.parametrize("first", [DIE, POUCH], ids=["die", "pouch"])
@pytest.mark.parametrize("change", [1e-9, 0.02, 0.1, -0.01])
def test_filled_finds_the_length_that_holds_a_volume(first, change):
    foil = FoilMesh(COMM, RADIUS, first, 0.5)
    volume = (1 + change) * foil.volume(first)
    shape = foil.filled(first, volume)
    assert foil.volume(shape) == pytest.approx(volume, rel=2e-14)
    assert (shape.length > first.length) == (change > 0)
    assert shape.thickness == first.thickness


def test_shapes_that_cannot_be_are_refused():
    foil = FoilMesh(COMM, RADIUS, DIE, 0.5)
    for shape in (
        FoilShape(0.0, 10.0, wall),
        FoilShape(200.0, -1.0, wall),
        FoilShape(float("nan"), 1.0, wall),
    ):
        with pytest.raises(ConvergenceError, match="both must be above zero"):
            foil.move(shape)
    for closed in (lambda x: RADIUS + 10 - 0.1 * x, lambda x: np.nan * x):
        with pytest.raises(ConvergenceError, match="The gap closes"):
            foil.move(FoilShape(200.0, 300.0, closed))
        with pytest.raises(ConvergenceError, match="The gap closes"):
            FoilMesh(COMM, RADIUS, FoilShape(200.0, 300.0, closed))
    with pytest.raises(ConvergenceError, match="do not fit"):
        foil.filled(DIE, 0.5 * foil.volume(DIE))
