"""Every way to end has its exit code, and one rank speaks."""

import signal
import subprocess
import sys
import time

import pytest
from mpi4py import MPI

from anodex.models import errors
from anodex.scripts import main

SERIAL = MPI.COMM_SELF

RAISER = """
import builtins
from mpi4py import MPI
from anodex.models import errors
from anodex.scripts import main

@main.app.command()
def fail(kind: str, rank: int):
    if rank in (-1, MPI.COMM_WORLD.rank):
        raise {**vars(builtins), **vars(errors)}[kind]("told to")
    MPI.COMM_WORLD.barrier()

main.main()
"""


@pytest.fixture
def failing(monkeypatch):
    """Function that makes `anodex list` raise."""

    def fail(error):
        def command():
            raise error

        monkeypatch.setattr(main.app.registered_commands[0], "callback", command)

    assert main.app.registered_commands[0].name == "list"
    return fail


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (errors.InputError("key 'a.b' [MPa]"), 2, "key 'a.b' [MPa]"),
        (errors.ConvergenceError("field u"), 3, "field u"),
        (errors.SetupError("no Xvfb"), 4, "no Xvfb"),
        (OSError(28, "No space left on device"), 4, "No space left"),
        (ModuleNotFoundError("No module named 'dolfinx'", name="dolfinx"), 4, "install.md"),
        (ModuleNotFoundError("No module named 'anodex.x'", name="anodex.x"), 1, "bug"),
        (ZeroDivisionError("1/0"), 1, "anodex doctor"),
        (KeyboardInterrupt(), 130, "Interrupted"),
    ],
)
def test_exit_codes(failing, capsys, error, code, words):
    failing(error)
    assert main.call(["list"], SERIAL) == code
    printed = capsys.readouterr()
    assert words in printed.err
    assert printed.out == ""
    assert ("Traceback" in printed.err) == (code == 1)


def test_debug_shows_the_traceback(failing, capsys, monkeypatch):
    monkeypatch.setenv("ANODEX_DEBUG", "")  # restored afterwards, whatever --debug does to it
    failing(errors.InputError("wrong"))
    assert main.call(["--debug", "list"], SERIAL) == 2
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words", [["run"], ["lsit"], ["run", "--colour", "x"], ["sweep", "x.toml", "-j", "0"]]
)
def test_wrong_calls_are_bad_input(words, capsys):
    assert main.call(words, SERIAL) == 2
    assert "Usage" in capsys.readouterr().err


def test_notes_of_an_error_are_printed(failing, capsys):
    error = errors.ConvergenceError("no")
    error.add_note("The last good state is in results/x.")
    failing(error)
    main.call(["list"], SERIAL)
    assert "results/x" in capsys.readouterr().err


def test_interrupt_says_how_to_resume():
    assert "--resume" in main.how_to_go_on(["run", "x.toml"])
    assert "finished members are kept" in main.how_to_go_on(["sweep", "x.toml"])


SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"]


def heed_hangups() -> None:
    """In a process to be started, also where the tests run under nohup."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


INTERRUPTED_IN_A_CALLBACK = """
import ctypes, os, signal
from mpi4py import MPI
from anodex.scripts.interrupt import leave_at_once

leave_at_once("go on with --resume", MPI.COMM_WORLD)
from petsc4py import PETSc  # takes signals for itself, if it may

@ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)
def compare(a, b):
    os.kill(os.getpid(), signal.{name})
    return 0

ctypes.CDLL(None).qsort((ctypes.c_int * 2)(2, 1), 2, 4, compare)
print("went on")
"""


@pytest.mark.serial
@pytest.mark.parametrize("name", SIGNALS)
def test_interrupt_inside_a_c_library_ends_the_run(name):
    """An exception in a callback is swallowed by C: the mesh generator went on with a wrong
    size.
    """
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED_IN_A_CALLBACK.format(name=name)],
        capture_output=True,
        text=True,
        preexec_fn=heed_hangups,
    )
    assert done.returncode == 130
    assert done.stderr.count("--resume") == 1
    assert "went on" not in done.stdout


INTERRUPTED_IN_A_LONG_CALL = """
import collections, itertools
from mpi4py import MPI
from anodex.scripts import interrupt

interrupt.GRACE = {grace}
interrupt.leave_at_once("go on with --resume", MPI.COMM_WORLD)
print("ready", flush=True)
# C that never ends, and keeps the lock of the interpreter
collections.deque(itertools.repeat(None), maxlen=0)
"""


@pytest.mark.serial
@pytest.mark.parametrize("name", SIGNALS)
@pytest.mark.parametrize(("grace", "signals"), [(0.5, 1), (1e3, 2)])
def test_interrupt_ends_a_call_of_c_that_does_not_return(name, grace, signals):
    """After a grace, or by a second signal at once."""
    code = INTERRUPTED_IN_A_LONG_CALL.format(grace=grace)
    run = subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=heed_hangups,
    )
    assert run.stdout.readline() == "ready\n"
    for _ in range(signals):
        time.sleep(0.3)  # signals that are pending together count once
        run.send_signal(getattr(signal, name))
    _, said = run.communicate(timeout=30)
    assert run.returncode == -signal.SIGKILL
    assert said.count("--resume") == 1


HANGS_UP = """
import os, signal
from mpi4py import MPI
from anodex.scripts.interrupt import leave_at_once

leave_at_once("go on with --resume", MPI.COMM_WORLD)
os.kill(os.getpid(), signal.SIGHUP)
print("went on")
"""


@pytest.mark.serial
def test_nohup_is_heeded():
    done = subprocess.run(
        [sys.executable, "-c", HANGS_UP],
        capture_output=True,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN),
    )
    assert (done.returncode, done.stdout) == (0, "went on\n")


SLEEPER = """
import time
from anodex.scripts import main

@main.app.command()
def run():
    print("ready", flush=True)
    time.sleep(60)

main.main()
"""


@pytest.mark.serial
def test_interrupted_mpirun_leaves_the_words_of_rank_0(tmp_path):
    """It passes on nothing that its ranks say from then on."""
    script = tmp_path / "sleeper.py"
    script.write_text(SLEEPER)
    run = subprocess.Popen(
        ["mpirun", "-n", "2", sys.executable, str(script), "run"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert run.stdout.readline() == "ready\n"
    run.send_signal(signal.SIGINT)
    said = run.communicate(timeout=60)[1]
    assert run.returncode != 0
    assert said.count("--resume") == 1


@pytest.mark.serial
@pytest.mark.parametrize("words", ["list", "materials", "keys spindle_void", "--help"])
def test_reader_may_leave(words):
    """As `head` does: nothing is said, and nothing has failed."""
    command = f"{sys.executable} -m anodex.scripts.main {words} | true; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("0\n", "")


@pytest.mark.serial
def test_full_disk_under_the_output_is_an_error_of_the_files():
    command = f"{sys.executable} -m anodex.scripts.main list > /dev/full"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (4, "Error: [Errno 28] No space left on device\n")


@pytest.mark.serial
def test_full_disk_under_the_errors_keeps_the_exit_code():
    command = f"{sys.executable} -m anodex.scripts.main lsit 2> /dev/full"
    assert subprocess.run(["bash", "-c", command], capture_output=True).returncode == 2


def test_words_that_are_no_text_are_refused(capsys):
    latin = b"r\xe9sultat".decode(errors="surrogateescape")
    assert main.call(["run", "spindle_void", "-o", latin], SERIAL) == 4
    said = capsys.readouterr().err
    assert "'r\\xe9sultat' is no text in UTF-8" in said and "bug" not in said


@pytest.mark.serial
def test_list_is_fast_because_it_loads_no_solver():
    code = (
        "import sys; from anodex.scripts.main import call; from mpi4py import MPI; call(['list'], "
        "MPI.COMM_SELF); print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = done.stdout.split()
    assert "typer" in loaded
    assert not {"dolfinx", "petsc4py", "gmsh", "pyvista", "matplotlib.pyplot"} & set(loaded)


@pytest.mark.serial
@pytest.mark.parametrize(
    ("kind", "rank", "code"),
    [
        ("InputError", -1, 2),
        ("ConvergenceError", -1, 3),
        ("SetupError", -1, 4),
        ("OSError", 1, 4),
        ("ValueError", 1, 1),
    ],
)
def test_two_ranks_end_together(tmp_path, kind, rank, code):
    """Also where one rank alone fails while the other waits for it."""
    script = tmp_path / "raiser.py"
    script.write_text(RAISER)
    command = ["mpirun", "-n", "2", sys.executable, str(script), "fail", "--", kind, str(rank)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == code
    assert done.stderr.count("Error: told to") == 1
