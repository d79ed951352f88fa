"""A run from case to result folder."""

import json
from math import isnan

import numpy as np
import pytest
from mpi4py import MPI

from anodex.models.results.folder import ResultFolder
from anodex.models.results.history import read_history
from anodex.models.results.series import read_fields
from anodex.models.systems.contoured_interface import SYSTEM
from anodex.models.systems.contoured_interface.case import STAGES
from anodex.models.systems.contoured_interface.quantities import QUANTITIES
from anodex.scripts.bench import measure

pytestmark = pytest.mark.smoke

COMM = MPI.COMM_WORLD


class Steps:
    """A progress that remembers."""

    def __init__(self):
        self.values = []

    def update(self, value: float, text: str = "") -> None:
        self.values.append(value)


@pytest.fixture
def ran(make_case, shared_tmp_path):
    """Function that runs a case with changes: observables, the folder and the progress."""

    def make(**tables):
        folder, steps = ResultFolder.create(shared_tmp_path / "result", COMM), Steps()
        found = SYSTEM.run(make_case(**tables), folder, COMM, steps)
        COMM.barrier()
        return found, folder, steps

    return make


def test_history_is_one_row_of_the_observables(ran):
    found, folder, _ = ran()
    history = read_history(folder.history)
    assert list(history) == [
        "time [s]",
        *(f"{name} [{entry.unit}]" for name, entry in found.items()),
    ]
    assert list(found) == [quantity.name for quantity in QUANTITIES]
    for name, entry in found.items():
        assert history[f"{name} [{entry.unit}]"].tolist() == [entry.value]


def test_what_does_not_exist_is_nan_in_the_history(ran):
    found, folder, _ = ran(flow={"law": "none"}, loading={"current_density": "-1 mA/cm^2"})
    history = read_history(folder.history)
    assert found["critical_current_density"].value is None and isnan(
        history["critical_current_density [mA/cm^2]"][0]
    )
    assert found["max_excess_pressure"].value is None and isnan(
        history["max_excess_pressure [MPa]"][0]
    )


def test_observables_are_plain_numbers(ran):
    found, _, _ = ran()
    assert all(type(entry.value) is float for entry in found.values())
    json.dumps({name: entry.value for name, entry in found.items()}, allow_nan=False)


def test_progress_reaches_its_total(ran):
    _, _, steps = ran()
    assert steps.values == [1, 2, STAGES]


def test_fields_are_those_of_the_applied_current(ran, solved):
    """Not those of the critical current, which is solved for afterwards."""
    kinetics = {"law": "butler-volmer", "exchange_current_density": "5 A/m^2"}
    _, folder, _ = ran(kinetics=kinetics)
    written = read_fields(folder.part("interface")).grid(0.0).point_data["current_density [A/m^2]"]
    np.testing.assert_allclose(written, solved(kinetics=kinetics).state.current, rtol=1e-8)


def test_mesh_has_both_bodies_and_the_interface_between(make_case):
    tagged = SYSTEM.build_mesh(make_case(), COMM)
    owned = tagged.mesh.topology.index_map(2).size_local
    counts = {
        body: COMM.allreduce(int(np.sum(tagged.cells.find(tagged.tags[body]) < owned)))
        for body in ("electrolyte", "lithium")
    }
    assert all(counts.values())
    assert sum(counts.values()) == tagged.mesh.topology.index_map(2).size_global
    assert COMM.allreduce(len(tagged.facets.find(tagged.tags["interface"]))) > 0
    electrolyte_alone = SYSTEM.build_mesh(make_case(flow={"law": "none"}), COMM)
    assert COMM.allreduce(len(electrolyte_alone.cells.find(electrolyte_alone.tags["lithium"]))) == 0


def test_benchmark_counts_the_work(make_case):
    row = measure(make_case(), COMM, steps=3)
    assert (row["ranks"], row["steps"]) == (COMM.size, 1)
    assert (row["unknowns"], row["flow unknowns"]) == (361, 387)
    assert row["Newton per solve"] > 5 and row["linear per Newton"] == 1
    phases = ("mesh", "set-up", "first step", "row", "writing", "critical current")
    assert all(row[f"{name} [s]"] >= 0 for name in phases)


def test_benchmark_without_flow_counts_the_work_of_the_current(make_case):
    row = measure(make_case(flow={"law": "none"}), COMM, steps=1)
    assert row["Newton per solve"] >= 1 and "flow unknowns" not in row
    assert "critical current [s]" not in row  # as many steps as were asked for
