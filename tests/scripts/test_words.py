"""How much the commands say, and what a shell completes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from anodex.models import registry
from anodex.scripts import completion
from anodex.scripts.shipped import shipped_cases

pytestmark = pytest.mark.serial
ROOT = Path(__file__).parents[2]


def test_a_quiet_run_says_nothing(anodex, fake, case_file, tmp_path):
    answer = anodex("run", case_file, "-o", tmp_path / "result", "--quiet", "--plot")
    assert (answer.code, answer.out, answer.err) == (0, "", "")
    assert (tmp_path / "result" / "figures" / "fake.png").exists()
    answer = anodex("run", case_file, "-o", tmp_path / "result", "--quiet", "--resume")
    assert (answer.code, answer.out, answer.err) == (0, "", "")
    answer = anodex("run", case_file, "-o", tmp_path / "result", "--quiet")
    assert answer.code == 4 and "already holds a run" in answer.err


def test_a_verbose_run_shows_its_log(anodex, fake, case_file, tmp_path):
    answer = anodex("run", case_file, "-o", tmp_path / "result", "--verbose")
    assert answer.code == 0 and "(1 rank(s))" in answer.err and "area" in answer.out
    assert "(1 rank(s))" not in anodex("run", case_file, "-o", tmp_path / "other").err


@pytest.mark.parametrize("command", ["run", "sweep"])
def test_quiet_and_verbose_exclude_each_other(anodex, fake, case_file, grid, tmp_path, command):
    answer = anodex(command, case_file if command == "run" else grid, "-q", "-v", "-o", tmp_path)
    assert answer.code == 2 and "exclude each other" in answer.err


def test_a_sweep_says_as_much_as_is_asked_for(anodex, fake, pair, tmp_path):
    loud = anodex("sweep", pair, "-o", tmp_path / "loud", "-j", "2", "--verbose")
    assert loud.code == 0, loud.err
    assert loud.out.count(": begins") == 2 and loud.out.count(": done after") == 2
    quiet = anodex("sweep", pair, "-o", tmp_path / "quiet", "-j", "2", "--quiet")
    assert (quiet.code, quiet.out) == (0, "")
    assert (tmp_path / "quiet" / "sweep.csv").exists()


def test_names_are_completed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "spindle_mine.toml").touch()
    (tmp_path / "special").mkdir()
    found = completion.cases("sp")
    assert {"spindle_void", "spindle_void_creep", "spindle_mine.toml", "special/"} <= set(found)
    assert len(found) == len(set(found)) and all(name.startswith("sp") for name in found)
    assert completion.systems("d") == ["dendrite"]
    assert "sodium" in completion.materials("so")
    assert completion.materials("cao") == ["cao-2023"]
    assert completion.materials("spindle_m") == ["spindle_mine.toml"]


def test_a_shell_gets_completions():
    words = {"_ANODEX_COMPLETE": "complete_bash", "COMP_WORDS": "anodex keys de", "COMP_CWORD": "2"}
    done = subprocess.run(
        [sys.executable, "-m", "anodex.scripts.main"],
        env={**os.environ, **words},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0 and done.stdout.split() == ["dendrite"], done.stderr


def test_shipped_cases_name_the_schema_of_their_system():
    for name, path in shipped_cases().items():
        first = path.read_text(encoding="utf-8").partition("\n")[0]
        if first.startswith("#:schema "):
            schema = (path.parent / first.removeprefix("#:schema ")).resolve()
            assert f'"anodex case of system {schema.stem}"' in schema.read_text(encoding="utf-8")
            text = path.read_text(encoding="utf-8")
            assert f'name = "{schema.stem}"' in text, name
        else:
            assert name not in registry.names() and "[system]" not in path.read_text()
