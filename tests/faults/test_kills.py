"""A run that is killed, or finds the disk full, at any change of a file: nothing that was whole is
lost, and it goes on to the end of a run that nothing befell.
"""

import pytest

pytestmark = pytest.mark.serial

KILL, FULL, KILLED = 1, 2, -9
ENVIRONMENT = 4


def parts(system: str, stride: int, taken: int) -> list:
    """Changes whose number leaves one of some remainders, as many evenly spread ones as asked."""
    return [
        pytest.param(system, stride, first, marks=pytest.mark.slow, id=f"{system}-{first}")
        for first in range(0, stride, stride // taken)
    ]


SHORT = [pytest.param("spindle_void", 45, 12, id="short")]


def numbers(changes: int, stride: int, first: int) -> range:
    return range(first, changes, stride)


@pytest.mark.parametrize(
    ("system", "stride", "first"),
    [
        *SHORT,
        *parts("spindle_void", 8, 8),
        *parts("dendrite", 8, 8),
        *parts("cell_stack", 8, 8),
        *parts("elastic_sei", 8, 8),
        *parts("cell_stack, pressed", 96, 4),  # one in 24: it has 1200
    ],
)
def test_killed_at_any_change_and_resumed(trial, wholes, tally, system, stride, first):
    run, problems = trial(system), []
    for nth in numbers(wholes(system)[1], stride, first):
        run.begin_anew()
        killed = run.run(mode=KILL, nth=nth)
        tally["kills"] += 1
        assert killed.code == KILLED, killed.said
        problems += judged(run, tally, f"kill at change {nth}")
    assert not problems


@pytest.mark.parametrize(
    ("system", "stride", "first"),
    [
        *SHORT,
        *parts("spindle_void", 8, 8),
        *parts("dendrite", 8, 8),
        *parts("cell_stack", 8, 8),
        *parts("elastic_sei", 8, 8),
        *parts("cell_stack, pressed", 192, 2),
    ],
)
def test_a_full_disk_and_then_room_again(trial, wholes, tally, system, stride, first):
    run, problems = trial(system), []
    for nth in numbers(wholes(system)[1], stride, first):
        run.begin_anew()
        ended = run.run(mode=FULL, nth=nth)
        tally["full disks"] += 1
        where = f"full disk at change {nth}"
        if ended.code not in (0, ENVIRONMENT) or "Traceback" in ended.said:
            tally["tracebacks"] += 1
            problems.append(f"{where}: exit code {ended.code}, {ended.said}")
        if ended.code == ENVIRONMENT and "free space" not in ended.said:
            problems.append(f"{where}: {ended.said}")
        if len([line for line in ended.said.splitlines() if line.strip()]) > 20:
            problems.append(f"{where}: many words: {ended.said}")
        problems += judged(run, tally, where)
    assert not problems


def judged(run, tally, where: str) -> list[str]:
    """What is wrong with what is left, and with the result once the run has gone on."""
    lost = run.lost() if run.folder.exists() else []
    tally["losses"] += bool(lost)
    ended = run.run("--resume")
    if ended.code != 0:
        tally["dead ends"] += 1
        return [f"{where}: {problem}" for problem in [*lost, f"dead end: {ended.said}"]]
    differing = run.differing()
    tally["differing"] += bool(differing)
    if "WARNING" in ended.said:
        lost.append(ended.said)
    return [f"{where}: {problem}" for problem in [*lost, *differing]]
