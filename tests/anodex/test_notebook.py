"""The Python interface in the kernel of a notebook."""

import re
import time
from dataclasses import dataclass, field

import pytest

import anodex

jupyter_client = pytest.importorskip("jupyter_client.manager")
pytest.importorskip("ipykernel")
pytestmark = pytest.mark.serial
LIMIT = 120  # s


@dataclass
class Answer:
    """What a cell gave."""

    error: str = ""
    printed: str = ""
    shown: dict[str, str] = field(default_factory=dict)


@pytest.fixture(scope="module")
def kernel(tmp_path_factory):
    """A kernel that starts in a folder of its own."""
    manager, client = jupyter_client.start_new_kernel(
        kernel_name="python3", cwd=str(tmp_path_factory.mktemp("notebook"))
    )
    yield manager, client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


@pytest.fixture
def cell(kernel):
    """Function that runs a cell; its outputs as a user sees them."""
    _, client = kernel

    def run(code: str) -> Answer:
        answer = Answer()

        def collect(message):
            kind, content = message["msg_type"], message["content"]
            if kind == "stream":
                answer.printed += content["text"]
            elif kind == "execute_result":
                answer.shown = content["data"]

        reply = client.execute_interactive(code, output_hook=collect, timeout=LIMIT)["content"]
        answer.error = "" if reply["status"] == "ok" else reply.get("ename", reply["status"])
        return answer

    return run


def test_three_lines(cell, coarse):
    # long enough for a bar to be drawn anew on the way, however fast the machine
    step = {"current_density": "0.1 mA/cm^2", "duration": "1 hour"}
    coarse = {**coarse, "protocol.steps": [step]}
    assert cell("import anodex").error == ""
    run = cell(f'r = anodex.run("spindle_void", {coarse})')
    assert run.error == ""
    lines = run.printed.strip().splitlines()  # a bar is drawn over and over on one line
    assert len(re.split(r"[\r\n]+", run.printed.strip())) > 3 and "Warning" not in run.printed
    assert len([line for line in run.printed.split("\n") if "%" in line]) == 1, lines
    assert "100%" in run.printed

    expected = anodex.run("spindle_void", coarse, progress=False)
    value = cell('r["peak_tip_von_mises"]')
    assert float(value.shown["text/plain"]) == expected["peak_tip_von_mises"]
    assert "<td>peak_tip_von_mises</td>" in cell("r").shown["text/html"]
    assert "<table" in cell("r.history").shown["text/html"]


def test_pictures_are_shown_and_those_of_the_user_stay(cell, coarse):
    cell("import anodex\nfrom matplotlib import pyplot\nfigure = pyplot.figure()")
    cell(f'r = anodex.run("spindle_void", {coarse})')
    before = cell("pyplot.get_backend()").shown["text/plain"]
    drawn = cell('own = pyplot.figure(); drawn = r.plot("history"); drawn')
    assert drawn.error == "" and drawn.shown["text/html"].startswith("<img")
    assert cell("pyplot.get_backend()").shown["text/plain"] == before
    code = 'own = pyplot.figure(); r.plot("history"); pyplot.fignum_exists(own.number)'
    assert cell(code).shown["text/plain"] == "True"


def test_stop_button_ends_a_run_that_then_goes_on(kernel, cell, coarse, tmp_path):
    manager, client = kernel
    longer = {**coarse, "numerics.largest_step": "0.2 s", "output.checkpoint_interval": 1}
    call = f'anodex.run("spindle_void", {longer}, {str(tmp_path)!r}, resume=True)'
    cell("import anodex")
    request = client.execute(call, stop_on_error=False)
    deadline = time.monotonic() + LIMIT
    while not (tmp_path / "checkpoint.h5").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    manager.interrupt_kernel()
    while (reply := client.get_shell_msg(timeout=LIMIT))["parent_header"]["msg_id"] != request:
        pass
    assert reply["content"]["ename"] == "KeyboardInterrupt"
    assert not (tmp_path / "summary.json").exists()
    assert cell(f"r = {call}").error == ""
    assert "resumed at" in (tmp_path / "run.log").read_text()
