"""Tables that come in kinds: which keys they have, and cases of versions that wrote all keys."""

import shutil
import tomllib
from pathlib import Path

import pytest

from anodex.models import registry
from anodex.models.errors import InputError
from anodex.models.inputs.casefile import parse_case, read_case, write_case
from anodex.models.inputs.quantities import NUMBER_AND_UNIT
from anodex.models.inputs.units import units
from anodex.models.systems.folder_state import state_of

# Effective cases as the version before kinds of tables wrote them: with every key of every kind.
EARLIER = sorted((Path(__file__).parent / "earlier_cases").glob("*.toml"))


# Keys that have come since, whose defaults are what that version did.
NEW = {
    "materials",  # none: the data base
    "model.name",
    "interface.relaxation",
    "interface.relaxation_law",
    "interface.curvature",
    "contact.resistance",
    "contact.memory",
    "numerics.adaptive",
    "output.event_frames",
    "geometry.order",
    "evolution.moving",
    "evolution.tip",  # these count where it moves
    "evolution.tip_speed",
    "evolution.reference_intensity",
    "evolution.exponent",
    "evolution.molar_volume",
    "dendrite.model",
    "flow.yield_stress",
    "fracture.model",
    "reaction.product_volume_ratio",
    "reaction.conversion",  # 0: no reaction
    "reaction.duration",
    "protocol.repeat",  # 1: once
    "plating.cycles",  # 0: it rests
    "plating.capacity",
    "plating.stripping_current_density",
    "plating.step_tolerance",
}


def number(written):
    """Number and unit of a text; steps of a protocol without conditions, which have come since;
    anything else as it is.
    """
    if isinstance(written, list) and all(isinstance(step, dict) for step in written):
        return [{key: step[key] for key in step if step[key] != []} for step in written]
    match = NUMBER_AND_UNIT.fullmatch(written) if isinstance(written, str) else None
    if match is None:
        return written
    return float(match[1]) * units.parse_units(match[2])


def flat(table, prefix=""):
    """Dotted keys of a case and their values."""
    return {
        key: value
        for name, inner in table.items()
        for key, value in (
            flat(inner, f"{prefix}{name}.") if isinstance(inner, dict) else {prefix + name: inner}
        ).items()
    }


@pytest.mark.parametrize("path", EARLIER, ids=lambda path: path.stem)
def test_a_case_that_gives_every_key_still_reads_as_the_same_numbers(path):
    earlier = flat(tomllib.loads(path.read_text(encoding="utf-8")))
    now = flat(tomllib.loads(write_case(read_case(path))))
    if now.get("protocol.steps") == []:
        del now["protocol.steps"]  # a cell stack's stages, as they were
    assert now.keys() - NEW <= earlier.keys()
    for key in now.keys() - NEW:
        assert number(now[key]) == number(earlier[key]), key


@pytest.mark.serial
def test_a_run_of_an_earlier_version_can_be_resumed(tmp_path):
    path = next(path for path in EARLIER if path.stem == "spindle_void")
    shutil.copy(path, tmp_path / "case.toml")
    assert state_of(tmp_path, write_case(read_case(path))) == "begun"
    with pytest.raises(InputError, match=r"geometry\.length"):
        state_of(tmp_path, write_case(read_case(path, ["geometry.length=61 um"])))


@pytest.mark.serial
def test_the_same_numbers_in_other_units_are_the_same_case(tmp_path):
    path = next(path for path in EARLIER if path.stem == "spindle_void")
    shutil.copy(path, tmp_path / "case.toml")
    same = read_case(path, ["geometry.length=0.06 mm"])
    assert 'length = "0.06 mm"' in write_case(same)
    assert state_of(tmp_path, write_case(same)) == "begun"
    other = read_case(path, ["geometry.length=0.0601 mm"])
    with pytest.raises(InputError, match=r"geometry\.length: '60.0 um' there, '60.1 um' given"):
        state_of(tmp_path, write_case(other))


@pytest.mark.parametrize(
    ("system", "gone"),
    [
        ("spindle_void", {"matrix.creep_prefactor", "kinetics.molar_volume"}),
        ("cell_stack_pouch", {"geometry.tube_outer_radius", "flow.viscosity", "flow.temperature"}),
        ("contoured_interface", {"flow.viscosity", "geometry.plateau_fraction"}),
        ("dendrite", {"transport.diffusivity"}),
    ],
)
def test_a_written_case_has_no_keys_that_do_nothing(system, gone):
    path = next(path for path in EARLIER if path.stem == system)
    assert gone <= flat(tomllib.loads(path.read_text(encoding="utf-8"))).keys()
    assert not gone & flat(tomllib.loads(write_case(read_case(path)))).keys()


def test_the_word_that_chooses_may_be_left_out(case_model, minimal):
    case = parse_case(minimal | {"flow": {}}, "void.toml")
    assert case.flow.law == "elastic"
    again = case_model(**minimal, flow={"exponent": 5, "law": "elastic"})
    assert again.flow == case.flow


@pytest.mark.parametrize("word", [5, True, ["roy"], {"a": 1}])
def test_any_value_in_place_of_the_word_is_refused(case_model, minimal, word):
    with pytest.raises(InputError, match="is none of 'elastic' or 'power-law'"):
        parse_case(minimal | {"flow": {"law": word}}, "void.toml")


@pytest.mark.parametrize("system", registry.OWN)
def test_the_shortest_case_is_the_default_one(system):
    model = registry.load(system).part("case")
    assert parse_case({"system": {"name": system}}, "shortest") == model()
