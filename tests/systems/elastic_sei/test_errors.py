"""Surfaces that cannot be followed, and wrong input: the command ends with a reason and a remedy,
and leaves what the contract says.
"""

import pytest

NOTHING_BUT = '[system]\nname = "elastic_sei"\n'
BAD_INPUT = {
    "steep": (["surface.amplitude=2 um"], "lower surface.amplitude"),
    "unknown key": (["film.thicknes=20 nm"], "did you mean 'thickness'"),
    "current of the wrong kind": (
        ["protocol.steps=[{current_density='5 mA', duration='1 s'}]"],
        "protocol.steps.0.current_density",
    ),
}
GROOVE = (
    "surface.wavelength=2 um",
    "surface.amplitude=0.5 um",
    "electrolyte.thickness=10 um",
    "film.enabled=false",
    "protocol.steps=[{current_density='5 mA/cm^2', duration='10 min'}]",
)


FAST = "protocol.steps=[{current_density='50 mA/cm^2', duration='10 min'}]"
NO_SOLUTION = {
    "walls that meet in one step": (
        [FAST, "numerics.first_step=60 s", "numerics.smallest_step=60 s"],
        "The surface meets itself at x = ",
    ),
    "valley that becomes a corner": ([], "turns too sharply for its cells at x = 1 um, y = "),
}


@pytest.mark.parametrize(("changes", "words"), BAD_INPUT.values(), ids=BAD_INPUT)
def test_wrong_input_is_refused_and_nothing_written(attempt_case, assert_refused, changes, words):
    assert_refused(attempt_case(NOTHING_BUT, changes), words)


@pytest.mark.parametrize(("changes", "words"), NO_SOLUTION.values(), ids=NO_SOLUTION)
def test_a_surface_that_closes_stops_the_run_with_its_place(
    attempt_case, assert_no_solution, changes, words
):
    attempted = attempt_case(NOTHING_BUT, (*GROOVE, *changes))
    assert_no_solution(attempted, words)
    assert "start from a smoother surface" in attempted[1]
    assert (attempted[2] / "checkpoint.h5").exists()
