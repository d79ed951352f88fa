"""What the keys of a case of the spindle void mean inside."""

from pathlib import Path

from anodex.models.inputs.casefile import read_case

SHIPPED = Path(__file__).parents[3] / "cases" / "spindle_void.toml"


def test_units_arrive_inside():
    case = read_case(SHIPPED)
    assert (case.geometry.length, case.geometry.effective_tip_radius, case.geometry.half_box) == (
        60.0,
        1.2,
        (480.0, 480.0),
    )
    assert (
        case.matrix.young_modulus,
        case.matrix.diffusivity,
        case.matrix.partial_molar_volume,
    ) == (1000.0, 1.0, 2e-6)
    assert case.electrolyte.concentration == 1000.0
    assert [(step.current_density, step.duration) for step in case.protocol.steps] == [
        (1.0, 4200.0),
        (-1.0, 1800.0),
    ]
    assert case.protocol.end == 6000.0
