"""Any input ends in a run or in a message: thousands of mutated files through the command line.

Solvers are left out; all else is what `anodex run` and `anodex sweep` do. The short form belongs to
the ordinary tests; `.ci/run fuzz` does the long one. An input that once failed is kept in `corpus`,
with the exit code that it should have in its first line.
"""

import contextlib
import io
import re
import signal
import time
import tomllib
from pathlib import Path
from random import Random
from types import SimpleNamespace

import pytest
from mpi4py import MPI

from anodex.models import registry
from anodex.models.inputs.casefile import parse_case, write_case
from anodex.models.systems import session
from anodex.scripts.main import call

from .mutations import at_the_edge, hostile, mutated

pytestmark = pytest.mark.serial

SHIPPED = sorted((Path(__file__).parents[2] / "cases").glob("*.toml"))
CORPUS = sorted((Path(__file__).parent / "corpus").glob("*.toml"))
SHORT, LONG = 200, 5000  # inputs
PARTS = 10  # of the long form
CPU = 5.0  # seconds that an input may take
LONGEST_MESSAGE = 20_000  # characters


class TooLongError(BaseException):
    """More than the seconds of an input; no `except Exception` catches it."""


@pytest.fixture
def attempt(tmp_path, monkeypatch):
    """Function that gives an input to the command: exit code, and what it says.

    It fails where the input leads to a bug, takes too long, or leaves files though it is bad.
    """
    monkeypatch.delenv("ANODEX_DEBUG", raising=False)
    monkeypatch.setattr(session, "run_case", assert_reads_back)
    monkeypatch.chdir(tmp_path)
    for path in SHIPPED:
        (tmp_path / path.name).write_bytes(path.read_bytes())
    here = {path.name for path in tmp_path.iterdir()} | {"input.toml"}

    def stop(*_):
        raise TooLongError

    def give(content: bytes) -> tuple[int, str]:
        Path("input.toml").write_bytes(content)
        study = re.search(rb"^\s*\[?\"?(sweep|sample)\"?[].= ]", content, re.MULTILINE)
        words = [study[1].decode(), "input.toml", "--table"] if study else ["run", "input.toml"]
        signal.signal(signal.SIGVTALRM, stop)
        signal.setitimer(signal.ITIMER_VIRTUAL, CPU)
        said, start = io.StringIO(), time.process_time()
        try:
            with contextlib.redirect_stderr(said), contextlib.redirect_stdout(io.StringIO()):
                code = call([*words, "-o", "out"], MPI.COMM_WORLD)
        except TooLongError:
            code = -1
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        text = said.getvalue()
        shown = f"{content[:3000]!r}\n{text[-5000:]}"
        assert code != -1 and time.process_time() - start < CPU, f"too long: {shown}"
        assert code in (0, 2) and "Traceback" not in text, f"exit code {code}: {shown}"
        assert len(text) < LONGEST_MESSAGE, f"a message of {len(text)} characters: {shown}"
        left = {path.name for path in tmp_path.iterdir()} - here
        assert not left or (code == 0 and left == {"out"}), f"leaves {left}: {shown}"
        if left:
            remove(tmp_path / "out")
        return code, text

    yield give
    signal.signal(signal.SIGVTALRM, signal.SIG_DFL)


def assert_reads_back(case, *_, **__):
    """In place of a run: what it checks first, but for pores, which take seconds; then the case as
    it would be written gives the same numbers.
    """
    if case.system.name != "dendrite":
        registry.load(case.system.name).check(case)
    text = write_case(case)
    again = parse_case(tomllib.loads(text), "written")
    assert again == case and write_case(again) == text
    assert write_case(again, as_given=False) == write_case(case, as_given=False)
    return SimpleNamespace(observables={})


def remove(folder: Path) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    folder.rmdir()


def fuzz(attempt, seed: int, count: int) -> dict[int, int]:
    """Give some inputs of a seed; how many ended with which exit code."""
    codes = {0: 0, 2: 0}
    for number in range(count):
        random = Random(f"{seed} {number}")
        kind = number % 10
        if kind == 0:
            content = hostile(random)
        elif kind < 4:
            content = at_the_edge(random)
        else:
            content = mutated(random, random.choice(SHIPPED).read_bytes())
        codes[attempt(content)[0]] += 1
    return codes


def test_some_inputs_end_in_a_run_or_in_a_message(attempt):
    codes = fuzz(attempt, 0, SHORT)
    assert min(codes.values()) > SHORT / 20  # both kinds are met


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1, PARTS + 1))
def test_many_inputs_end_in_a_run_or_in_a_message(attempt, seed):
    codes = fuzz(attempt, seed, LONG // PARTS)
    print(f"seed {seed}: {codes}")
    assert min(codes.values()) > LONG / PARTS / 20


# an optimisation has runs alone, and nothing that it shows without
WITHOUT_RUNS = [path for path in SHIPPED if "[optimise]" not in path.read_text()]


@pytest.mark.parametrize("path", WITHOUT_RUNS, ids=lambda path: path.stem)
def test_shipped_files_pass(attempt, path):
    assert attempt(path.read_bytes())[0] == 0


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_what_once_failed_ends_as_it_should(attempt, path):
    content = path.read_bytes()
    code, words = re.match(rb"# exit (\d): (.*)\n", content).groups()
    found, said = attempt(content)
    assert found == int(code)
    assert words.decode() in said
