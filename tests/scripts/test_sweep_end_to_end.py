"""A sweep of a shipped case through the real command."""

import csv
import json
import subprocess
import sys
from importlib.resources import files

import pytest

pytestmark = [pytest.mark.serial, pytest.mark.slow]

ANODEX = [sys.executable, "-m", "anodex.scripts.main"]
SWEEP = """
[sweep]
case = "dot_void.toml"
[sweep.set]
"matrix.young_modulus" = ["1 GPa", "2 GPa"]
[[figure.panels]]
x = "matrix.young_modulus"
y = "peak_tip_von_mises"
y2 = "peak_tip_concentration"
"""


def anodex(*words) -> None:
    subprocess.run([*ANODEX, *map(str, words)], check=True, capture_output=True, timeout=300)


def test_later_member_of_a_process_gives_the_numbers_of_a_run_of_its_own(reduced, tmp_path):
    small = ["--set", reduced("dot_void")[0]]
    (tmp_path / "sweep.toml").write_text(SWEEP)
    anodex("sweep", tmp_path / "sweep.toml", "-o", tmp_path / "sweep", "-j", 1, *small)
    rows = list(csv.DictReader((tmp_path / "sweep" / "sweep.csv").open()))
    assert [row["state"] for row in rows] == ["done", "done"]
    assert (tmp_path / "sweep" / "figures" / "sweep.png").exists()

    case = str(files("anodex.cases") / "dot_void.toml")
    anodex(
        "run",
        case,
        "-o",
        tmp_path / "alone",
        *small,
        "--set",
        "matrix.young_modulus=2 GPa",
    )
    alone, member = (
        json.loads((folder / "summary.json").read_text())["observables"]
        for folder in (tmp_path / "alone", tmp_path / "sweep" / "young_modulus=2GPa")
    )
    assert alone == member
