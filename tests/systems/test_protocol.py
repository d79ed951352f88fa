"""Steps of a protocol in real systems: conditions end them, and runs go on from there."""

import numpy as np
import pytest

from anodex.models.drawing.steps import steps_of
from anodex.models.inputs.casefile import parse_case
from anodex.models.results.protocol import read_steps

CHARGE_BACK = {"duration": "10 min", "until": ["charge < 0 mA*hour/cm^2"]}
REST = {"current_density": "0 A/m^2", "duration": "10 s"}
STACK = {
    "geometry": {"refinement": 0.25, "gap": "50 um"},
    "compaction": {"enabled": False},
    "tube": {"compliant": False},
    "stacking": {"hold": "1 min"},
    "numerics": {"step_tolerance": 0.05},
    "output": {"frames": 1, "checkpoint_interval": 1},
}
# system -> its tables, and the column and the limit at which the first step ends
CASES = {
    "spindle_void": (
        {
            "geometry": {"refinement": 0.25},
            "numerics": {"first_step": "0.5 s"},
            "output": {"times": [], "checkpoint_interval": 1},
            "protocol": {
                "repeat": 2,
                "capacity": "1 mA*hour/cm^2",
                "steps": [
                    {"c_rate": 0.1, "duration": "9 min", "until": ["tip_von_mises > 0.1 MPa"]},
                    REST,
                    {"c_rate": -0.1, **CHARGE_BACK},
                ],
            },
        },
        "tip_von_mises [MPa]",
        0.1,
    ),
    "elastic_sei": (
        {
            "surface": {"width": "2 um", "shape": "random"},
            "numerics": {"refinement": 0.75},
            "output": {"times": [], "checkpoint_interval": 1},
            "protocol": {
                "steps": [
                    {
                        "current_density": "0.5 mA/cm^2",
                        "duration": "5 min",
                        "until": ["mean_rise > 0.05 um"],
                    },
                    REST,
                    {"current_density": "-0.5 mA/cm^2", **CHARGE_BACK},
                ],
            },
        },
        "mean_rise [um]",
        0.05,
    ),
    "cell_stack": (
        {
            **STACK,
            "protocol": {
                "steps": [
                    {
                        "current_density": "5 mA/cm^2",
                        "duration": "30 min",
                        "until": ["stack_pressure > 11 MPa"],
                    },
                    REST,
                ],
            },
        },
        "stack_pressure [MPa]",
        11.0,
    ),
}


def case_of(system: str):
    return parse_case({"system": {"name": system}, **CASES[system][0]}, "the test")


@pytest.fixture(scope="session")
def cycled(run_once):
    """Function that runs the case of a system, once."""
    return lambda system: run_once(case_of(system))


@pytest.mark.parametrize("system", CASES)
def test_a_step_ends_at_its_limit(system, cycled):
    result, (_, column, limit) = cycled(system), CASES[system]
    step = next(step for step in steps_of(result) if step.cycle == 1)
    assert step.ended_by == case_of(system).protocol.steps[0].until[0]
    end = int(np.flatnonzero(result.history["time [s]"] == step.end)[0])
    before, reached = result.history[column][[end - 1, end]]
    assert abs(reached - limit) < 0.01 * abs(reached - before)


@pytest.mark.parametrize("system", ["spindle_void", "elastic_sei"])
def test_what_was_charged_is_discharged(system, cycled):
    first, _, back = [step for step in steps_of(cycled(system)) if step.cycle == 1]
    assert back.end - back.start == pytest.approx(first.end - first.start, rel=1e-3)


def test_the_summary_says_what_ended_the_steps(cycled):
    found = cycled("spindle_void").observables
    assert found["protocol_steps"].value == 6
    assert found["steps_ended_by"].value == (
        "tip_von_mises > 0.1 MPa (2), duration (2), charge < 0 mA*hour/cm^2 (2)"
    )


@pytest.mark.parametrize("system", CASES)
@pytest.mark.parametrize("beside", [-1e-6, 0.0], ids=["before", "after"])
def test_cut_off_and_resumed(
    run_in_folder, cut_off, cycled, assert_same, shared_tmp_path, system, beside
):
    """Just before the time step that a condition ends stands, and just after."""
    whole, path = cycled(system), shared_tmp_path / "cut"
    step = next(step for step in steps_of(whole) if step.cycle == 1)
    cut_off(path, case_of(system), step.end + beside)
    found = run_in_folder(path, case_of(system), resume=True)
    assert_same(found, whole)
    again = read_steps(path)
    for name in ("start", "end"):
        np.testing.assert_allclose(
            [getattr(step, name) for step in again],
            [getattr(step, name) for step in steps_of(whole)],
            rtol=1e-8,
        )


@pytest.mark.serial
def test_steps_of_a_stack_give_what_its_stages_give(run_once):
    """The same charge, rest and discharge, said in both ways."""
    stages = {
        "charge": {"current_density": "1 mA/cm^2", "duration": "1 min"},
        "rest": {"duration": "10 s"},
        "discharge": {"current_density": "0.5 mA/cm^2", "duration": "10 s"},
    }
    steps = [
        {"current_density": "1 mA/cm^2", "duration": "1 min"},
        {"current_density": "0 A/m^2", "duration": "10 s"},
        {"current_density": "-0.5 mA/cm^2", "duration": "10 s"},
    ]
    named, cycled = (
        run_once(parse_case({"system": {"name": "cell_stack"}, **STACK, **tables}, "the test"))
        for tables in (stages, {"protocol": {"steps": steps}})
    )
    for column, values in named.history.items():
        np.testing.assert_array_equal(cycled.history[column], values, err_msg=column)
