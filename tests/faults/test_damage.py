"""Files that are damaged before a run goes on: it refuses them by name, or goes on from what is
whole and says so; it never goes on from wrong numbers.
"""

import shutil

import numpy as np
import pytest
from mpi4py import MPI

from anodex.models.results.sealed import write_sealed

pytestmark = pytest.mark.serial

SEED, TRIALS, SHORT = 20, 130, 10
KILL = 1


def flipped(data: bytearray, generator) -> bytearray:
    data[generator.integers(len(data))] ^= 1 << int(generator.integers(8))
    return data


def zeroed(data: bytearray, generator) -> bytearray:
    start = int(generator.integers(len(data)))
    data[start : start + 512] = bytes(len(data[start : start + 512]))
    return data


def cut(data: bytearray, generator) -> bytearray:
    return data[: generator.integers(len(data))]


def doubled(data: bytearray, generator) -> bytearray:
    """A line of a text, a block of numbers, stands there twice."""
    if b"\0" in data:
        start = int(generator.integers(len(data)))
        return data[: start + 512] + data[start : start + 512] + data[start + 512 :]
    lines = bytes(data).splitlines(keepends=True)
    place = int(generator.integers(len(lines)))
    return bytearray(b"".join([*lines[: place + 1], lines[place], *lines[place + 1 :]]))


def line_lost(data: bytearray, generator) -> bytearray:
    lines = bytes(data).splitlines(keepends=True)
    del lines[generator.integers(len(lines))]
    return bytearray(b"".join(lines))


DAMAGES = (flipped, zeroed, cut, doubled, line_lost)
FILES = (
    "checkpoint.h5",
    "checkpoint.h5",
    "previous-checkpoint.h5",
    "history.csv",
    "history.csv",
    "case.toml",
    "fields.xdmf",
    "fields.h5",
    "fields.frames/000000.h5",
    "summary.json",
    "SHA256SUMS",
    "run.log",
    ".lock",
)


@pytest.mark.parametrize(
    "seeds",
    [
        pytest.param(range(SHORT), id="short"),
        *(
            pytest.param(range(first, TRIALS, 10), id=f"{first}", marks=pytest.mark.slow)
            for first in range(10)
        ),
    ],
)
def test_damaged_files_are_refused_or_recovered(trial, wholes, tally, tmp_path, seeds):
    run, problems = trial("spindle_void"), []
    changes = wholes("spindle_void")[1]
    run.run(mode=KILL, nth=changes * 4 // 5)
    shutil.move(run.folder, tmp_path / "killed")
    for seed in seeds:
        generator = np.random.default_rng([SEED, seed])
        run.begin_anew()
        source = run.whole if generator.integers(2) else tmp_path / "killed"
        shutil.copytree(source, run.folder)
        name, damage = generator.choice(FILES), DAMAGES[generator.integers(len(DAMAGES))]
        file = run.folder / name
        if not file.exists() or not file.stat().st_size:
            continue
        before = file.read_bytes()
        after = bytes(damage(bytearray(before), generator))
        if after == before:
            continue
        file.write_bytes(after)
        tally["damaged files"] += 1
        where = f"seed {seed}: {name} {damage.__name__}, {source.name}"
        problems += judged(run, tally, where, name)
    assert not problems


def test_a_checkpoint_of_another_format_is_refused(trial):
    """With what was found, what is read and what to do; the folder stays what it was."""
    run = trial("spindle_void")
    shutil.copytree(run.whole, run.folder)
    (run.folder / "summary.json").unlink()
    path = run.folder / "checkpoint.h5"
    write_sealed(path, MPI.COMM_SELF, {"format": 99, "anodex": "9.8.7", "scalars": {}}, {})
    before = path.read_bytes()
    ended = run.run("--resume")
    assert ended.code == 4 and "Traceback" not in ended.said
    said = " ".join(ended.said.split())
    assert f"{path}: it has format 99, and anodex " in said
    assert "reads format 1; use anodex 9.8.7, or run again into another folder" in said
    assert path.read_bytes() == before and not run.lost()


def judged(run, tally, where: str, name: str) -> list[str]:
    """What is wrong with how a run goes on beside a damaged file."""
    ended = run.run("--resume")
    if ended.code not in (0, 2, 4) or "Traceback" in ended.said:
        tally["tracebacks"] += 1
        return [f"{where}: exit code {ended.code}, {ended.said}"]
    if ended.code:
        tally["damage refused"] += 1
        named = str(run.folder) in ended.said
        return [] if named else [f"{where}: the file is not named: {ended.said}"]
    if "finished already" in ended.said and name.startswith("fields."):
        tally["damage left to the reader, who refuses it"] += 1
        return []
    differing = run.differing()
    if differing and "WARNING" not in ended.said:
        tally["damage accepted silently"] += 1
        return [f"{where}: {problem}; said: {ended.said}" for problem in differing]
    tally["damage recovered"] += 1
    return []
