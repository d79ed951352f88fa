"""`anodex verify`, on checks whose results are known."""

import csv
import json
from dataclasses import replace

import pytest
from mpi4py import MPI

from anodex.models.errors import ConvergenceError
from anodex.scripts import verify
from anodex.verification.check import Check

RANK = MPI.COMM_WORLD.rank


def test_failing_check_is_code_3(anodex, fake):
    answer = anodex("verify", "fake")
    assert answer.code == 3
    verdicts = {line.split("  ")[0]: "pass" in line for line in answer.out.splitlines()[1:4]}
    assert verdicts == {"exact": True, "close": True, "off and slow": False}
    assert "2 passed, 1 failed" in answer.out


def test_quick_leaves_out_slow_checks(anodex, fake):
    answer = anodex("verify", "--quick")
    assert answer.code == 0 and "off and slow" not in answer.out


def test_keyword_chooses(anodex, fake):
    answer = anodex("verify", "-k", "CLOSE")
    assert answer.code == 0 and "1 passed, 0 failed" in answer.out


def test_a_room_that_systems_share_is_verified(anodex):
    answer = anodex("verify", "moving", "-k", "disc dissolving")
    assert answer.code == 0 and "1 passed, 0 failed" in answer.out


@pytest.mark.parametrize("words", [("fkae",), ("-k", "nothing"), ("-o", "table.xlsx")])
def test_bad_calls(anodex, fake, words):
    answer = anodex("verify", *words)
    assert answer.code == 2
    assert answer.out == ""
    assert RANK > 0 or any(
        word in answer.err for word in ("did you mean 'fake'?", "off and slow", ".csv")
    )


def test_tables_hold_every_check(anodex, fake, shared_tmp_path):
    for ending in (".md", ".csv", ".json"):
        assert anodex("verify", "fake", "-o", shared_tmp_path / "deep" / f"table{ending}").code == 3
    folder = shared_tmp_path / "deep"
    rows = list(csv.DictReader((folder / "table.csv").open()))
    assert [row["passed"] for row in rows] == ["True", "True", "False"]
    assert float(rows[2]["error"]) == 0.5
    assert json.loads((folder / "table.json").read_text())[1]["source"] == "a paper"
    markdown = (folder / "table.md").read_text().splitlines()
    assert len(markdown) == 5 and "FAIL" in markdown[4] and r"a thesis on \|K\|" in markdown[4]


def test_check_that_raises_fails_and_the_others_run(anodex, fake, monkeypatch, shared_tmp_path):
    def diverge():
        raise ConvergenceError("no solution")

    monkeypatch.setattr(
        fake,
        "SYSTEM",
        replace(
            fake.SYSTEM, checks=[Check("diverging", "nobody", diverge, 1e-3), *fake.CHECKS[:1]]
        ),
    )
    answer = anodex("verify", "-o", shared_tmp_path / "table.json")
    assert answer.code == 3
    assert "no solution" in answer.out and "1 passed, 1 failed" in answer.out
    assert json.loads((shared_tmp_path / "table.json").read_text())[0]["computed"] is None


def test_nan_is_no_pass():
    assert not verify.measure(
        "fake", Check("nan", "nobody", lambda: (float("nan"), 1.0), 1e9)
    ).passed


@pytest.mark.parametrize("columns", [80, 90, 100, 120])
def test_long_names_leave_the_columns_whole(columns):
    outcome = verify.Outcome(
        "fake", "word " * 20, -1.234567e-05, 1.0, 0.5, 1e-12, "relative", True, 12.3, "a book"
    )
    width = verify.width_of_names(60, columns)
    first, *rest = verify.line(outcome, width).splitlines()
    assert len(first) <= columns and "-1.234567e-05" in first and first.endswith("12.3")
    assert " ".join([first[:width], *rest]).split() == ["word"] * 20
