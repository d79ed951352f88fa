"""Jobs on a Slurm of one node: `anodex sweep --slurm`, ranks, and runs that go back into the queue.

.ci/run slurm
"""

import os
import re
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from anodex.models.results.history import read_history
from anodex.models.results.summary import read_summary

pytestmark = [
    pytest.mark.slurm,
    pytest.mark.serial,
    pytest.mark.skipif("ONE_NODE" not in os.environ, reason="no Slurm: give `.ci/run slurm`"),
]
COARSE = ("--set", "geometry.refinement=0.25")
SECONDS = (*COARSE, "--set", 'protocol.steps=[{current_density="0.1 mA/cm^2", duration="1 min"}]')
LONG = (*COARSE, "--set", "numerics.step_tolerance=1e-5")  # 700 steps
WAIT = 300  # s, on a busy machine
PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "cluster.md"


def said(*words: object) -> str:
    """What a command that succeeds prints."""
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.strip()


def until(true: Callable[[], object], seconds: float = WAIT) -> None:
    """Wait until something is true."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, said("scontrol", "show", "jobs")
        time.sleep(0.1)


def number_of(job: str, name: str) -> str:
    """What Slurm says of a job."""
    return re.search(rf"\b{name}=(\S+)", said("scontrol", "show", "job", job))[1]


def start_anew(job: str, *changes: str) -> None:
    """Do not wait the two minutes after which Slurm starts a requeued job."""
    until(lambda: number_of(job, "JobState") == "PENDING")
    said("scontrol", "update", f"JobId={job}", "StartTime=now", *changes)


def queue_is_empty() -> bool:
    return not said("squeue", "--noheader")


def submit(folder: Path, script: str, *options: str) -> str:
    """Give a job to Slurm; its number."""
    path = folder / "job.sh"
    path.write_text(script)
    return said("sbatch", "--parsable", f"--output={folder / 'job.log'}", *options, path)


def job_of_the_page(folder: Path, launch: str, settings: tuple[str, ...], signal: str) -> str:
    """The job script of the page with this environment, another launcher and another case."""
    text = PAGE.read_text(encoding="utf-8").split("With a conda or apt installation:")[1]
    lines = re.match(r"\n+((?:    .*\n)+)", text)[1].replace("\n    ", "\n").lstrip().splitlines()
    assert sum(line.startswith("srun --mpi=pmix anodex run") for line in lines) == 1
    case = " ".join(f"'{word}'" for word in settings)
    changed = {
        "#SBATCH --signal": f"#SBATCH --signal={signal}",
        "source": "",
        "cd": f"cd {folder}",
        "srun": f"{launch} anodex run spindle_void -o {folder / 'result'} {case} --resume &",
    }
    for start, new in changed.items():
        lines = [new if line.startswith(start) else line for line in lines]
    return "\n".join(lines) + "\n"


def assert_same_numbers(folder: Path, whole: Path) -> None:
    """Numbers and history are those of a run that nothing befell."""
    found, expected = (read_summary(one / "summary.json")["observables"] for one in (folder, whole))
    assert expected["time_steps"]["value"] > 10
    for name, value in expected.items():
        assert found[name]["value"] == pytest.approx(value["value"], rel=1e-8, abs=1e-9), name
    found, expected = (read_history(one / "history.csv") for one in (folder, whole))
    for name, column in expected.items():
        assert found[name] == pytest.approx(column, rel=1e-8, abs=1e-9, nan_ok=True), name


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The long run, in one piece on one rank."""
    folder = tmp_path_factory.mktemp("whole") / "result"
    said("anodex", "run", "spindle_void", "-o", folder, *LONG, "--quiet")
    return folder


@pytest.fixture
def sweep(tmp_path, monkeypatch):
    """Function that writes the scripts of a small sweep of which nothing has run; its folder."""
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "lengths.toml"
    file.write_text(
        '[sweep]\ncase = "spindle_void"\n[sweep.set]\n"geometry.length" = ["28 um", "60 um"]\n'
        '[table]\nobservables = ["peak_tip_von_mises", "time_steps"]\n'
    )

    def write(*settings: str, slurm: bool = True) -> Path:
        folder = tmp_path / ("array" if slurm else "direct")
        said("anodex", "sweep", file, "-o", folder, *settings, *(["--slurm"] if slurm else []))
        return folder

    return write


def test_sweep_as_an_array_gives_the_table_of_the_same_sweep_here(sweep):
    folder = sweep(*SECONDS)
    said("bash", folder / "submit.sh")
    until(queue_is_empty)
    assert (folder / "sweep.csv").read_text() == (
        sweep(*SECONDS, slurm=False) / "sweep.csv"
    ).read_text()
    assert "done" in (folder / "sweep.csv").read_text()


def test_member_that_is_requeued_goes_on_and_the_table_waits(sweep, whole):
    folder = sweep(*LONG)
    said("bash", folder / "submit.sh")
    member = folder / "length=60um"
    until((member / "checkpoint.h5").exists)
    array = said("squeue", "--noheader", "--name=anodex-sweep", "--format=%F").split()[0]
    said("scontrol", "requeue", f"{array}_2")
    start_anew(f"{array}_2")
    until(queue_is_empty)
    table = (folder / "sweep.csv").read_text()
    assert table.count("done") == 2, table
    assert (member / "run.log").read_text().count("anodex run") == 2
    assert_same_numbers(member, whole)


@pytest.mark.parametrize("launch", ["srun --mpi=pmix", 'mpirun -n "$SLURM_NTASKS"'])
def test_two_ranks_start_in_a_job(tmp_path, launch):
    job = job_of_the_page(tmp_path, launch, SECONDS, "B:USR1@10")
    submit(tmp_path, job, "--ntasks=2", "--time=5", "--wait")
    assert "(2 rank(s))" in (tmp_path / "result" / "run.log").read_text()
    assert "on 2 ranks" in (tmp_path / "result" / "run.log").read_text()


def test_job_that_runs_out_of_time_goes_on_by_itself(tmp_path, whole):
    job = job_of_the_page(tmp_path, "srun --mpi=pmix", LONG, "B:USR1@30")
    number = submit(tmp_path, job, "--ntasks=2", "--time=30")
    until((tmp_path / "result" / "checkpoint.h5").exists)
    said("scancel", "--signal=STOP", number)  # the ranks, lest a fast machine be done before
    minutes = int(number_of(number, "RunTime").split(":")[-2])
    said("scontrol", "update", f"JobId={number}", f"TimeLimit={minutes + 1}")
    start_anew(number, "TimeLimit=30")
    until(queue_is_empty)
    assert (number_of(number, "JobState"), number_of(number, "Restarts")) == ("COMPLETED", "1")
    assert_same_numbers(tmp_path / "result", whole)


def test_cancelled_job_does_not_come_back(tmp_path):
    job = job_of_the_page(tmp_path, "srun --mpi=pmix", LONG, "B:USR1@10")
    number = submit(tmp_path, job, "--ntasks=2", "--time=5")
    until((tmp_path / "result" / "checkpoint.h5").exists)
    said("scancel", number)
    until(queue_is_empty)
    assert (number_of(number, "JobState"), number_of(number, "Restarts")) == ("CANCELLED", "0")
