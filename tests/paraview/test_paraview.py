"""ParaView reads what every shipped case writes, as anodex's own reader does: times, meshes, parts,
names, components and numbers.

.ci/run paraview, or pytest -m slow tests/paraview where pvpython is in the path
"""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import anodex
from anodex.models.inputs.casefile import read_case
from anodex.models.results.export import export_fields
from anodex.models.results.result import Result

ROOT = Path(__file__).parents[2]
DUMP = Path(__file__).with_name("dump.py")
LINE, POLY_LINE = 3, 4  # cells of VTK
PVPYTHON = shutil.which("pvpython")
CASES = [path for path in sorted(ROOT.glob("cases/*.toml")) if "\n[system]" in path.read_text()]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.serial,
    pytest.mark.skipif(PVPYTHON is None, reason="no pvpython in the path"),
]


def dumped(paths: list[Path], folder: Path) -> Iterator[list[dict[str, np.ndarray]]]:
    """What ParaView finds in each of some files: a dictionary of arrays for each time."""
    folder.mkdir()
    words = [PVPYTHON, DUMP, folder, *paths]
    done = subprocess.run(list(map(str, words)), capture_output=True, text=True, timeout=600)
    assert done.returncode == 0 and not done.stderr, done.stderr
    print("ParaView", (folder / "version.txt").read_text())
    for number in range(len(paths)):
        steps = len(list(folder.glob(f"{number}_*.npz")))
        yield [dict(np.load(folder / f"{number}_{step}.npz")) for step in range(steps)]


def same(found: dict[str, np.ndarray], grid) -> None:
    """ParaView has mesh and arrays of a grid, and no others."""
    np.testing.assert_array_equal(found.pop("points"), grid.points)
    np.testing.assert_array_equal(found.pop("cells"), grid.cells)
    types = found.pop("types")
    types[types == POLY_LINE] = LINE  # XDMF knows no other of two nodes
    np.testing.assert_array_equal(types, grid.celltypes)
    expected = {f"point {name}": values for name, values in grid.point_data.items()}
    expected |= {f"cell {name}": values for name, values in grid.cell_data.items()}
    assert sorted(found) == sorted(expected) and "cell part [1]" in found
    for name, values in expected.items():
        np.testing.assert_array_equal(found[name], values, err_msg=name)  # nan equals nan


# Observables of the default cases that their fields hold at the end too: file, and the number from
# what ParaView has of each time.
def largest(name: str):
    return lambda steps: np.nanmax(steps[-1][name])


def height(steps) -> float:
    """Of the film [nm], which the mesh of the last time follows."""
    last = steps[-1]
    return 1e3 * np.ptp(last["points"][last["point place_on_surface [1]"] >= 0, 1])


def thickness(steps) -> float:
    """Of the lithium at its edge [um], from the mesh of the start and the displacement."""
    return float(np.max(steps[-1]["points"] + steps[-1]["point displacement [um]"], axis=0)[0])


def broken(steps) -> float:
    """Half length [um] of what is broken."""
    return float(steps[-1]["points"][steps[-1]["point damage [1]"] > 0.95, 1].max())


TOLD = {
    "spindle_void": ("peak_tip_von_mises", "fields", largest("point von_mises [MPa]"), 1e-9),
    "contoured_interface": (
        "max_excess_pressure",
        "interface",
        largest("point excess_pressure [MPa]"),
        1e-12,
    ),
    "dendrite": (
        "max_hydrostatic_pressure",
        "fields",
        largest("point hydrostatic_pressure [MPa]"),
        1e-12,
    ),
    "elastic_sei": ("peak_to_valley", "fields", height, 1e-9),
    "cell_stack": ("foil_thickness_edge", "fields", thickness, 1e-9),
    "filled_crack": ("crack_length", "fields", broken, 0.05),
}


@pytest.fixture(params=CASES, ids=lambda path: path.stem)
def result(request, reduced, tmp_path) -> Result:
    """Of a shipped case, made small."""
    case = read_case(request.param, reduced(request.param.stem))
    return anodex.run(case, folder=tmp_path / request.param.stem, progress=False)


def test_paraview_reads_what_anodex_reads(result, tmp_path):
    names = result.parts
    exported = export_fields(result, tmp_path / "export")
    files = {
        "series": [result.folder / f"{name}.xdmf" for name in names],
        "last": [result.folder / f"{name}_last.xdmf" for name in names],
        "pvd": exported,
    }
    found = dumped([path for paths in files.values() for path in paths], tmp_path / "dump")
    steps = {(kind, path.stem): next(found) for kind, paths in files.items() for path in paths}
    name = result.folder.name
    if name in TOLD:
        observable, part, measure, tolerance = TOLD[name]
        measured = measure(steps["series", part])
        assert measured == pytest.approx(result[observable], rel=tolerance)
    end = max(step["time"] for step in steps["series", "fields"])
    assert end == pytest.approx(result.columns["time [s]"][-1], rel=1e-12)
    for part in names:
        series = result.series(part)
        for kind in ("series", "pvd"):
            times = [step.pop("time") for step in steps[kind, part]]
            np.testing.assert_array_equal(times, series.times)
            for time, step in zip(times, steps[kind, part], strict=True):
                same(step, series.grid(time))
        (alone,) = steps["last", f"{part}_last"]
        assert np.isnan(alone.pop("time"))
        same(alone, series.grid(series.times[-1]))
