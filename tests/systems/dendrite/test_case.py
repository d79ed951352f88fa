"""What a case of dendrites derives from its numbers."""

import time

import pytest
from mpi4py import MPI

from anodex.models.errors import InputError
from anodex.models.inputs.casefile import parse_case
from anodex.models.inputs.overrides import override
from anodex.models.systems.dendrite.case import Case
from anodex.models.systems.dendrite.meshing import build_mesh
from anodex.models.systems.dendrite.precheck import precheck
from anodex.models.systems.dendrite.workload import workload
from anodex.models.systems.workload import count_cells, count_unknowns

SYSTEM = {"system": {"name": "dendrite"}, "model": {"name": "paper"}}


def changed(*changes: str) -> Case:
    return parse_case(override(SYSTEM, changes), "test")


def test_numbers_of_the_default_case():
    """Worked out by hand: W = 12 x 0.3/3, kappa = 1.5 x 0.3 x 3, lithium of 13.0 cm^3/mol."""
    case = Case(model={"name": "paper"})
    assert case.interface.energy == pytest.approx(0.3, rel=0.5)
    assert case.interface.well_height == pytest.approx(4 * case.interface.energy)
    assert case.interface.gradient_coefficient == pytest.approx(4.5 * case.interface.energy)
    assert case.interface.mobility * case.interface.well_height == pytest.approx(15.0)
    assert case.metal_concentration == pytest.approx(76.9e3, rel=5e-3)
    # 16 / (4.5 um x 96485 C/mol x 76.9 kmol/m^3)
    assert case.reaction_rate == pytest.approx(4.8e-4, rel=0.02)
    assert case.cell_size == 0.75
    assert case.progress_total == 500
    assert case.loading.given_overpotential == -0.35


def test_units_are_converted():
    case = changed(
        "electrolyte.conductivity=7.8 mS/cm",
        "transport.law=nernst-planck",
        "transport.diffusivity=1e-10 m^2/s",
    )
    assert case.electrolyte.conductivity == pytest.approx(0.78e6)  # pA/(V um)
    assert case.transport.diffusivity == pytest.approx(100.0)  # um^2/s
    assert changed("loading.current_density=1 A/cm^2").loading.current_density == pytest.approx(1e4)
    assert changed("interface.energy=300 mJ/m^2").interface.energy == pytest.approx(0.3)


def test_reading_a_case_places_no_pores():
    start = time.process_time()
    case = changed("geometry.width=4 cm")
    assert time.process_time() - start < 0.5
    assert "pores" not in case.__dict__
    small = changed("geometry.length=300 um", "geometry.width=60 um", "geometry.seed=3")
    assert small.pores.porosity == pytest.approx(0.1625, abs=0.1)
    assert small == changed("geometry.length=300 um", "geometry.width=60 um", "geometry.seed=3")


@pytest.mark.parametrize(
    "changes",
    [
        [],
        ["transport.law=nernst-planck", "loading.overpotential=0.1 V"],
        ["geometry.depth=4 um", "mechanics.enabled=false", "mechanics.plating_strain=7e-4"],
        ["electrolyte.potential=constant", "geometry.sides=periodic"],
    ],
)
def test_cells_are_counted_as_they_are_made(small_case, changes):
    case = small_case(*changes)
    mesh = build_mesh(case, MPI.COMM_WORLD).mesh
    fields = [("Lagrange", 1)]
    fields += [("Lagrange", 1)] * (case.transport.law == "nernst-planck")
    fields += [("Lagrange", 1)] * (case.electrolyte.potential == "solved")
    fields += [("Lagrange", 1, (mesh.geometry.dim,))] * case.mechanics.enabled
    (work,) = workload(case, MPI.COMM_WORLD)
    assert (work.cells, work.unknowns) == (count_cells(mesh), count_unknowns(mesh, *fields))


@pytest.mark.parametrize(
    ("changes", "cells"),
    [(["geometry.width=10 cm", "geometry.porosity=0", "interface.width=2 um"], 5.3e8)],
)
def test_a_large_mesh_is_only_counted(changes, cells):
    case = changed(*changes)
    start = time.process_time()
    precheck(case)
    (work,) = workload(case, MPI.COMM_WORLD)
    assert time.process_time() - start < 0.5
    assert work.cells == pytest.approx(cells, rel=0.5)
    with pytest.raises(InputError, match=r"geometry: .*cells of 0.25 um, allowed are 1e\+09"):
        precheck(changed(*changes[:-1], "interface.width=1 um"))
