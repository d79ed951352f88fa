"""`anodex keys`, `schema`, `check` and `cite`: what there is to know before and after a run."""

import json
import re
import subprocess
import sys
import tomllib

import pytest
from mpi4py import MPI

from anodex.models import registry
from anodex.models.inputs.casefile import parse_case, write_case
from anodex.models.inputs.overrides import override
from anodex.models.materials.bibliography import PAPERS, SOFTWARE, VALUES
from anodex.models.systems.citing import cited_by
from anodex.models.systems.workload import Work, rough_memory, rough_time
from anodex.scripts.check import shown

COARSE = ["--set", "geometry.refinement=0.25"]
# what a run has to solve for at that refinement
PARTS = {
    "spindle_void": ["void and matrix"],
    "contoured_interface": ["electrolyte", "lithium"],
    "cell_stack": ["powder and die", "lithium"],
    "dendrite": ["lithium and electrolyte"],
    "elastic_sei": ["electrolyte"],
    "filled_crack": ["cracked body"],
}


def in_a_pipe(*words, folder=None):
    """What the command says to a pipe."""
    command = [sys.executable, "-m", "anodex.scripts.main", *words]
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, timeout=300)


def case_of(system, *changes):
    return parse_case(override({"system": {"name": system}}, changes), "test")


@pytest.mark.serial
def test_keys_are_whole_lines_in_a_pipe():
    done = in_a_pipe("keys", "spindle_void")
    assert done.returncode == 0, done.stderr
    line = next(line for line in done.stdout.splitlines() if line.startswith("matrix.creep_exp"))
    assert "1 <= value <= 12" in line
    assert "(only with matrix.creep = power-law)" in line
    assert "sodium.creep_exponent: measured" in line


@pytest.mark.serial
def test_the_schema_is_json(tmp_path):
    done = in_a_pipe("schema", "cell_stack")
    assert done.returncode == 0, done.stderr
    schema = json.loads(done.stdout)
    assert schema["$defs"]["Powder"]["properties"]["density"]["unit"] == "g/cm^3"
    written = in_a_pipe("schema", "cell_stack", "-o", "schema.json", folder=tmp_path)
    assert written.returncode == 0, written.stderr
    assert json.loads((tmp_path / "schema.json").read_text(encoding="utf-8")) == schema


@pytest.mark.serial
@pytest.mark.parametrize("command", ["keys", "schema"])
def test_an_unknown_system_names_the_nearest(command):
    done = in_a_pipe(command, "spindle_viod")
    assert done.returncode == 2
    assert "'spindle_viod' is no system; did you mean 'spindle_void'?" in done.stderr


@pytest.mark.serial
def test_check_says_what_a_run_takes_and_writes_nothing(tmp_path):
    done = in_a_pipe("check", "spindle_void", *COARSE, folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "a valid case of system spindle_void" in done.stdout
    assert re.search(r"void and matrix +\d+ +\d+", done.stdout)
    assert "rough memory" in done.stdout and "rough time" in done.stdout
    assert list(tmp_path.iterdir()) == []


@pytest.mark.serial
def test_check_of_a_wrong_case_says_what_is_wrong():
    done = in_a_pipe("check", "spindle_void", "--set", "geometry.width=90 um")
    assert done.returncode == 2
    assert "swap them" in done.stderr


@pytest.mark.parametrize("system", registry.OWN)
def test_work_is_counted_as_the_run_counts_it(system):
    small = ["geometry.length=30 um", "geometry.width=15 um", "geometry.lithium_thickness=9 um"]
    small += ["geometry.protrusions=1", "geometry.protrusion_height=4 um"]
    coarse = {"dendrite": small, "elastic_sei": ["numerics.refinement=0.34"]}
    coarse["filled_crack"] = ["numerics.refinement=0.5"]
    case = case_of(system, *coarse.get(system, [COARSE[1].replace("0.25", "0.34")]))
    works = registry.load(system).part("workload")(case, MPI.COMM_WORLD)
    assert [work.name for work in works] == PARTS[system]
    assert all(work.cells > 0 and work.unknowns > work.cells for work in works)
    if system == "contoured_interface":  # as the log of a run at this refinement says
        assert [work.unknowns for work in works] == [2704, 2823]
    if system == "dendrite":
        assert (works[0].cells, works[0].unknowns) == (800, 5 * 861)


def test_memory_and_time_add_up():
    works = [Work("a", 1, 1000, 10, 1e-3, 1024.0), Work("b", 1, 500, 1, 2e-3, 0.0)]
    assert rough_memory(works) - rough_memory([]) == pytest.approx(1000)
    assert rough_time(works) - rough_time([]) == pytest.approx(11)
    assert [shown(seconds) for seconds in (59, 600, 9000, 3e5)] == [
        "59 s",
        "10 min",
        "2 h",
        "3 days",
    ]


@pytest.mark.serial
def test_cite_gives_bibtex_of_a_folder(tmp_path):
    (tmp_path / "case.toml").write_text(
        write_case(case_of("cell_stack", "flow.law=lepage")), encoding="utf-8"
    )
    done = in_a_pipe("cite", str(tmp_path))
    assert done.returncode == 0, done.stderr
    entries = re.findall(r"^@\w+\{([\w-]+),$", done.stdout, re.MULTILINE)
    assert entries[0] == "cao-2023"
    assert "lepage-2019" in entries and "roy-2021" not in entries
    assert "petsc" in entries
    assert len(entries) == len(set(entries))
    assert "doi = {10.1002/adfm.202307998}," in done.stdout


@pytest.mark.serial
def test_cite_of_no_result_says_so(tmp_path):
    done = in_a_pipe("cite", str(tmp_path))
    assert done.returncode == 4
    assert "holds no run" in done.stderr


def test_only_values_that_the_case_takes_are_cited():
    taken = cited_by(case_of("dendrite"))
    assert "masias-2019" in {work.key for work in taken.values}
    given = cited_by(
        case_of(
            "dendrite",
            "mechanics.lithium_young_modulus=5 GPa",
            "mechanics.lithium_poisson_ratio=0.3",
        )
    )
    assert "masias-2019" not in {work.key for work in given.values}
    assert "li6ps5cl.poisson_ratio: memory" in taken.without_source


SOURCE = "nanoindentation, laboratory book 7"
OWN = f"""
[nril.young_modulus]
value = "3 GPa"
range = ["1 GPa", "10 GPa"]
source = "{SOURCE}"
origin = "measured"
[nril.porosity]
value = 0.3
range = [0.2, 0.4]
source = "{SOURCE}"
origin = "measured"
[ptfe.young_modulus]
value = "0.6 GPa"
range = ["0.5 GPa", "1 GPa"]
source = "{SOURCE}"
origin = "measured"
"""


@pytest.mark.serial
def test_check_says_which_keys_take_values_of_a_file(tmp_path):
    (tmp_path / "mine.toml").write_text(OWN, encoding="utf-8")
    (tmp_path / "case.toml").write_text(
        'materials = "mine.toml"\nsystem.name = "spindle_void"\nmatrix.porosity = 0.25\n',
        encoding="utf-8",
    )
    done = in_a_pipe("check", "case.toml", *COARSE, folder=tmp_path)
    assert done.returncode == 0, done.stderr
    shown_values = done.stdout.splitlines()[2:7]
    for name, value, taken in (
        ("nril.young_modulus", "3.0 GPa", "matrix.young_modulus"),
        ("nril.porosity", "0.3", "not matrix.porosity: written in the case"),
        ("ptfe.young_modulus", "0.6 GPa", "no key of this case"),
    ):
        row = next(line for line in shown_values if line.startswith(name))
        assert value in row and row.rstrip().endswith(f"mine.toml   {taken}")


@pytest.mark.serial
def test_sources_of_a_material_file_are_cited_while_it_is_there(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(OWN, encoding="utf-8")
    case = case_of("spindle_void", f"materials={path}", "matrix.porosity=0.25")
    cited = cited_by(parse_case(tomllib.loads(write_case(case)), "written"))
    own = [work for work in cited.values if work.cited_as == SOURCE]
    assert [work.key for work in own] == ["nril-young-modulus"]
    assert f"as {path} names it" in own[0].bibtex()
    path.unlink()
    gone = cited_by(case)
    assert SOURCE not in {work.cited_as for work in gone.values}
    assert f"% Sources are missing: {path}: no such file" in gone.bibtex()


@pytest.mark.parametrize("work", [*PAPERS, *VALUES, *SOFTWARE], ids=lambda work: work.key)
def test_every_work_says_how_well_it_is_known(work):
    fields = dict(work.fields)
    assert {"author", "title"} <= fields.keys()
    if "doi" not in fields or work not in PAPERS:
        assert "note" in fields
    assert work.bibtex().count("{") == work.bibtex().count("}")


def test_systems_name_papers_that_there_are():
    for name in registry.OWN:
        assert set(registry.load(name).papers) <= {paper.key for paper in PAPERS}
