"""Every command that README.md and docs/ show runs, in the order of its page, smaller where it is
long (smaller_commands.py). A new one is found by itself, and must be known to one of the two files.
"""

import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from runpy import run_path

import pytest
from mpi4py import MPI

from anodex.models.drawing import style
from anodex.scripts.main import call

pytestmark = pytest.mark.serial

ROOT = Path(__file__).parents[2]
READING = run_path(str(Path(__file__).with_name("shown_commands.py")))
Command, commands = READING["Command"], READING["commands"]
MAKING = run_path(str(Path(__file__).with_name("smaller_commands.py")))
smaller, SMALLER, NOT_RUN, VOID = (MAKING[n] for n in ("smaller", "SMALLER", "NOT_RUN", "VOID"))
PAGES = sorted(ROOT.glob("docs/**/*.md"))

# How a program that the pages name is skipped: why it cannot run here, or need not.
SKIPPED = {
    **dict.fromkeys(("pytest", "python3 -m pytest"), "the tests themselves"),
    ".ci/run": "runs the tests",
    ".ci/same_numbers": "needs a second checkout, and all the cases twice",
    "python3 -m venv": "a virtual environment, in which pip would need the network",
    **dict.fromkeys(("docker", "apptainer", "buildah"), "no container inside one"),
    **dict.fromkeys(("srun", "tests/scripts/one_node_slurm"), "needs Slurm"),
    "anodex optimise": "a hundred runs; test_end_to_end.py reads its files",
    "anodex view": "serves until it is ended; test_view.py looks at its page",
    "apt-get": "needs the network, and root",
    **dict.fromkeys(("conda", "pip", "python3 -m pip", ".venv/bin/pip"), "needs the network"),
    "mkdir": "of another machine",
    "ls": "shows what a kill has left",
}

# What the reader of a page has written.
FILES = {
    "my_void.toml": (ROOT / "cases" / "spindle_void.toml").read_text(encoding="utf-8"),
    "my_materials.toml": (ROOT / "models/materials/sets/cao-2023.toml").read_text(encoding="utf-8"),
    "my_study.py": f"""import anodex
changes = {dict(setting.split("=", 1) for setting in VOID[1:])} | {{"protocol.steps": []}}
assert anodex.run("spindle_void", changes, progress=False)["time_steps"] == 0
""",
}
SLOW = {  # pages and commands that take long even so: for `pytest -m slow`
    "docs/tutorial.md",
    "docs/develop/benchmarks.md",
    *(f"docs/systems/{name}/study.md" for name in ("cell_stack", "contoured_interface")),
    *(f"docs/systems/{name}/study.md" for name in ("dendrite", "spindle_void", "elastic_sei")),
}
LONG = re.compile(r"cell_stack|dendrite")


def why_skipped(command: Command) -> str:
    """Why a command is not run; empty for one that is."""
    begins = " ".join(command.program)
    return next((why for key, why in SKIPPED.items() if f"{begins} ".startswith(f"{key} ")), "")


def is_long(command: Command) -> bool:
    """Whether a command takes long, as small as it is."""
    return command.program[0] == "anodex" and any(LONG.search(word) for word in command.program)


@pytest.fixture
def desk(tmp_path, monkeypatch) -> Path:
    """The current folder is new, and holds what the pages suppose; pictures have few pixels."""
    (tmp_path / "cases").symlink_to(ROOT / "cases")
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ANODEX_DEBUG", raising=False)
    monkeypatch.setitem(style.STYLE, "savefig.dpi", 60)
    return tmp_path


@pytest.fixture(scope="module")
def made() -> dict[tuple[str, ...], Path]:
    """Words of a command that some page has shown -> the result folder that it made."""
    return {}


@pytest.fixture
def execute(desk, capsys, made) -> Callable[[Command], tuple[int, str]]:
    """Function that runs a command, smaller: its exit code, and what it says on its error stream.

    What another page has shown to the letter is not done again: the result is copied.
    """

    def run(command: Command) -> tuple[int, str]:
        words = command.words
        folder = desk / words[words.index("-o") + 1] if "-o" in words else None
        new = folder is not None and not folder.exists()
        if new and words in made:
            shutil.copytree(made[words], folder)
            return 0, ""
        code, said = really(command)
        if new and folder.is_dir():
            made[words] = folder
        return code, said

    def really(command: Command) -> tuple[int, str]:
        words = command.program
        if words[0] == "anodex":
            words = smaller(words[1:])
            if not command.launch:  # in this process, which spares the imports
                capsys.readouterr()
                return call(words, MPI.COMM_WORLD), capsys.readouterr().err
            words = [sys.executable, "-m", "anodex.scripts.main", *words]
        elif words[0] == "python3":
            words[0] = sys.executable
        done = subprocess.run([*command.launch, *words], capture_output=True, text=True)
        return done.returncode, done.stderr

    return run


@pytest.fixture
def execute_on(desk, on_a_terminal) -> Callable[[str, Command], int]:
    """Function that runs a command, smaller, in a process of its own whose error stream is a
    terminal, or closed: its exit code.
    """

    def run(stream: str, command: Command) -> int:
        words = command.program
        if words[0] == "anodex":
            words = ["-m", "anodex.scripts.main", *smaller(words[1:])]
        else:
            del words[0]  # python3
        started = [*command.launch, sys.executable, *words]
        if stream == "terminal":
            return on_a_terminal(started)[0]
        closed = ["bash", "-c", '"$@" 2>&-', "bash", *started]
        return subprocess.run(closed, stdout=subprocess.DEVNULL).returncode

    return run


SHOWN = [page for page in (ROOT / "README.md", *PAGES) if commands(page)]


def _parameters() -> Iterator:
    """Each page, and whether all of it is run: that is slow where a command of it takes long."""
    for page in SHOWN:
        name = str(page.relative_to(ROOT))
        all_quick = name not in SLOW and not any(is_long(command) for command in commands(page))
        if name not in SLOW:
            yield pytest.param(page, all_quick, id=name)
        if not all_quick:
            yield pytest.param(page, True, id=f"{name}-whole", marks=pytest.mark.slow)


@pytest.mark.parametrize(("page", "whole"), _parameters())
def test_commands_of_a_page_run(page, whole, execute):
    for command in commands(page):
        if why_skipped(command) or (is_long(command) and not whole):
            continue
        code, said = execute(command)
        where = f"{page.relative_to(ROOT)}:{command.line}: {shlex.join(command.words)}"
        if command.error:
            assert code > 1 and command.error in said, f"{where}\n{said}"
        else:
            assert code == 0, f"{where}\nends with {code}\n{said}"


@pytest.mark.slow
@pytest.mark.parametrize("stream", ["terminal", "closed"])
@pytest.mark.parametrize(
    "page",
    [page for page in SHOWN if str(page.relative_to(ROOT)) not in SLOW],
    ids=lambda p: p.name,
)
def test_commands_run_wherever_their_words_go(page, stream, execute_on):
    for command in commands(page):
        if not (why_skipped(command) or is_long(command) or command.error):
            assert execute_on(stream, command) == 0, f"{command.line}: {command.words}"


@pytest.mark.parametrize("page", SHOWN, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_is_known(page):
    for command in commands(page):
        words = command.program
        where = f"{page.relative_to(ROOT)}:{command.line}: {words[0]}"
        assert words[0] in ("anodex", "python3") or why_skipped(command), (
            f"{where} is neither run nor skipped for a reason; see SKIPPED in {Path(__file__).name}"
        )
        if words[:2] in (["anodex", "run"], ["anodex", "sweep"]):
            name = Path(words[2]).stem
            assert name in SMALLER or NOT_RUN.match(name), f"{where}: {name} is not in SMALLER"


def test_table_names_what_exists():
    pages = [*SHOWN, ROOT / "CONTRIBUTING.md"]
    shown = {" ".join(one.program) for page in pages for one in commands(page)}
    for key in SKIPPED:
        assert any(f"{line} ".startswith(f"{key} ") for line in shown), key
    assert {str(page.relative_to(ROOT)) for page in SHOWN} >= SLOW
    assert len(shown) > 50


def test_commands_are_found_in_a_page(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(
        "anodex list\n\n    scripts/container --suite sid anodex list  # all\n"
        '    A=b scripts/container mpirun -n 2 anodex run x.toml --set "a=1 um" \\\n      -o y\n'
        "    100%  6000/6000 s, 12 s\n    foo --bar\n    ├── x --y\n"
        "```toml\nanodex = 1\n```\n```\n$ anodex run z\nError: z, use -o\n```\n    .ci/run slow\n"
    )
    assert commands(page) == [
        Command(3, ("anodex", "list")),
        Command(4, ("mpirun", "-n", "2", "anodex", "run", "x.toml", "--set", "a=1 um", "-o", "y")),
        Command(7, ("foo", "--bar")),
        Command(13, ("anodex", "run", "z"), "Error: z, use -o"),
        Command(16, (".ci/run", "slow")),
    ]
    assert [bool(why_skipped(one)) for one in commands(page)] == [False] * 4 + [True]


def test_commands_get_smaller():
    assert smaller(["run", "cases/dendrite_planar.toml", "-o", "x"]) == [
        *("run", "cases/dendrite_planar.toml", "--set", 'loading.duration="0.5 s"', "-o", "x"),
    ]
    assert smaller(["sweep", "cases/contour_map_sweep.toml"])[-1] == "--table"
    assert smaller(["bench", "--refinement", "1", "--refinement", "4"]) == [
        *("bench", "spindle_void", "--refinement", "0.3", "--steps", "1"),
    ]
    assert smaller(["keys", "spindle_void"]) == ["keys", "spindle_void"]
