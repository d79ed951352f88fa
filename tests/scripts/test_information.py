"""`anodex list`, `materials` and `doctor`."""

import os

import pytest

from anodex.models import registry
from anodex.models.materials import find
from anodex.models.materials.named_sets import shipped_sets
from anodex.scripts import doctor
from anodex.scripts.console import console, say_table


def test_list_names_systems_and_cases(anodex):
    answer = anodex("list")
    assert answer.code == 0
    assert all(
        f"{name} " in answer.out and title in answer.out
        for name in registry.names()
        for title in [registry.load(name).title]
    )


def test_pipes_get_whole_lines_without_colours(capsys):
    long = "word " * 100
    say_table(("a", "b [MPa]"), [(long, "[bold]")])
    console().print(long, style="red")
    printed = capsys.readouterr().out
    assert printed.count(long.strip()) == 2
    assert "b [MPa]" in printed and "[bold]" in printed
    assert "\x1b" not in printed


def test_materials_show_value_unit_and_source(anodex):
    answer = anodex("materials", "sodium")
    assert answer.code == 0, answer.err
    line = next(line for line in answer.out.splitlines() if line.startswith("young_modulus"))
    assert "4.6" in line and "GPa" in line
    assert "sodium" in anodex("materials").out


def test_materials_shows_sets_and_files(anodex):
    assert "gong-2023-carbonate   ether_electrolyte, ether_inter" in anodex("materials").out
    path = shipped_sets()["cao-2023"]
    for name in ("cao-2023", str(path)):
        answer = anodex("materials", name)
        assert answer.code == 0, answer.err
        assert "li6ps5cl: Li5.4PS4.6Cl1.4" in answer.out and "7.82" in answer.out
    answer = anodex("materials", "cao-2024")
    assert answer.code == 2
    assert answer.err == "" or "did you mean 'cao-2023'?" in answer.err


def test_unknown_material_names_the_nearest(anodex):
    answer = anodex("materials", "sodum")
    assert answer.code == 2
    assert answer.err == "" or "did you mean 'sodium'?" in answer.err


def test_doctor_names_what_a_report_needs(anodex):
    answer = anodex("doctor")
    assert answer.code == 0, answer.out
    parts = {line.split("  ")[0].strip() for line in answer.out.splitlines()}
    assert parts >= {
        "python",
        "dolfinx",
        "petsc",
        "mpi",
        "blas",
        "petsc scalar",
        "petsc solvers",
        "form cache",
        "cores",
        "free memory",
    }


def test_doctor_finds_the_loaded_blas():
    import numpy as np

    np.linalg.solve(np.eye(2), np.ones(2))
    libraries = doctor.loaded_blas()
    assert libraries and all("(/" in library for library in libraries)


@pytest.mark.parametrize(
    ("path", "is_blas"),
    [
        ("/usr/lib/x86_64-linux-gnu/openblas-pthread/libblas.so.3", True),
        ("/usr/lib/x86_64-linux-gnu/blas/libblas.so.3.12.0", True),
        ("/opt/conda/lib/libmkl_rt.so.2", True),
        (
            "/opt/conda/lib/python3.13/site-packages/numpy.libs/libscipy_openblas64_-56d6093b.so",
            True,
        ),
        ("/usr/lib/x86_64-linux-gnu/blis-openmp/libblis.so.4", True),
        ("/usr/lib/x86_64-linux-gnu/libgslcblas.so.0", False),
        ("/usr/lib/x86_64-linux-gnu/openblas-pthread/notes.txt", False),
    ],
)
def test_doctor_knows_a_blas_by_its_path(path, is_blas):
    assert bool(doctor.BLAS_LIBRARY.search(path)) == is_blas


def test_doctor_warns_of_reference_blas(monkeypatch):
    monkeypatch.setattr(
        doctor, "loaded_blas", lambda: [f"{doctor.REFERENCE_BLAS} (/usr/lib/libblas.so.3)"]
    )
    blas = next(finding for finding in doctor.solver_findings() if finding.what == "blas")
    assert "OpenBLAS" in blas.warning and not blas.broken


def test_doctor_advises_on_threads_and_cores():
    assert doctor.threads_finding("1", 2).warning == ""
    assert doctor.threads_finding(None, 1).warning == ""
    assert "OMP_NUM_THREADS=1" in doctor.threads_finding("8", 2).warning
    assert "share" in doctor.machine_findings(10_000)[0].warning
    assert doctor.machine_findings(1)[0].value == str(len(os.sched_getaffinity(0)))


def test_doctor_warns_of_a_killed_compilation(tmp_path):
    (tmp_path / "done.c").touch()
    (tmp_path / "done.c.cached").touch()
    assert doctor.cache_finding(tmp_path).warning == ""
    (tmp_path / "killed.c").touch()
    assert (
        "killed.c" in doctor.cache_finding(tmp_path).warning
        and "done.c" not in doctor.cache_finding(tmp_path).warning
    )
    assert doctor.cache_finding(tmp_path / "nothing yet").warning == ""


def test_doctor_warns_without_a_display(monkeypatch):
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.setenv("PATH", "/nowhere")
    assert "xvfb" in doctor.display_finding().warning


@pytest.mark.parametrize("width", [80, 100, 120])
def test_tables_of_a_material_fit_a_terminal(width, anodex, monkeypatch):
    """No name is cut, and no row of numbers goes on below."""
    monkeypatch.setattr("anodex.scripts.console.PIPE_WIDTH", width)
    lines = anodex("materials", "lithium").out.splitlines()
    assert max(map(len, lines)) <= width and not any("…" in line for line in lines)
    values = {name: find("lithium")[name].value for name in find("lithium").properties}
    for name, value in values.items():
        assert any(line.split()[:2] == [name, f"{value:g}"] for line in lines), name
