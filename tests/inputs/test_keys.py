"""Every key of every system says what it means, and the JSON schema agrees with the reader."""

import json
import tomllib
from importlib.resources import files

import pytest

from anodex.models import registry
from anodex.models.inputs.casefile import write_case
from anodex.models.inputs.keys import keys_of
from anodex.models.inputs.quantities import Amount
from anodex.models.inputs.schema import case_schema
from anodex.models.inputs.tables import Table, tables_in

MODELS = {name: registry.load(name).part("case") for name in registry.OWN}
KEYS = [(name, key) for name, model in MODELS.items() for key in keys_of(model)]


def tables(model: type[Table]) -> set[type[Table]]:
    """A table and all tables in it."""
    inner = [
        found for field in model.model_fields.values() for found in tables_in(field.annotation)
    ]
    return {model}.union(*map(tables, inner))


@pytest.mark.parametrize(("system", "key"), KEYS, ids=[f"{name}.{key.name}" for name, key in KEYS])
def test_every_key_says_what_it_means_and_what_it_allows(system, key):
    assert key.meaning.endswith("."), key.meaning
    assert key.allowed
    if key.unit:
        assert "value" in key.allowed and key.unit in key.allowed
        if (
            key.default not in ("-", "required")
            and "," not in key.default
            and "for" not in key.default
        ):
            Amount(key.unit, words=("rigid",)).parse(key.default)


@pytest.mark.parametrize("system", MODELS)
def test_every_table_says_what_it_is(system):
    for table in tables(MODELS[system]):
        assert table.__doc__, table


def test_keys_of_kinds_name_the_words_that_they_need(case_model):
    found = {key.name: key for key in keys_of(case_model)}
    assert found["flow.law"].allowed == "elastic, power-law"
    assert found["flow.law"].default == "elastic"
    assert found["flow.exponent"].only_with == "flow.law = power-law"
    assert found["matrix.young_modulus"].default == "required"
    assert found["protocol.steps[].duration"].unit == "s"
    assert found["geometry.cells"].allowed == "1 <= value <= 100"
    assert found["geometry.length"].allowed == "0 um < value <= 1000 um"


def test_a_default_of_the_data_base_says_so():
    found = {key.name: key for key in keys_of(MODELS["spindle_void"])}
    assert found["matrix.creep_exponent"].origin == ("sodium", "creep_exponent")
    assert found["geometry.length"].origin is None
    assert found["protocol.steps"].default == "1 A/m^2 for 4200 s, -1 A/m^2 for 1800 s"


@pytest.mark.parametrize("system", MODELS)
def test_the_schema_has_units_bounds_and_defaults_as_a_file_would_give_them(system):
    schema = case_schema(MODELS[system], system)
    assert schema["$schema"].endswith("2020-12/schema")
    refinement = [
        table["properties"]["refinement"]
        for table in schema["$defs"].values()
        if "refinement" in table["properties"]
    ]
    assert refinement
    for key in refinement:
        assert (key["minimum"], key["maximum"], key["default"]) == (0.25, 16, 1.0)
    for table in schema["$defs"].values():
        for name, key in table["properties"].items():
            if key.get("unit") and "default" in key:
                assert isinstance(key["default"], str), name


def test_the_schema_accepts_what_the_reader_accepts():
    jsonschema = pytest.importorskip("jsonschema")
    for entry in files("anodex.cases").iterdir():
        if not entry.name.endswith(".toml") or entry.name.endswith("_sweep.toml"):
            continue
        data = tomllib.loads(entry.read_text(encoding="utf-8"))
        model = MODELS[data["system"]["name"]]
        schema = json.loads(json.dumps(case_schema(model, entry.name)))
        jsonschema.Draft202012Validator.check_schema(schema)
        for case in (data, tomllib.loads(write_case(model()))):
            jsonschema.validate(case, schema)
        for wrong in ({"title": 3}, {"geometry": {"refinement": 99}}, {"geometri": {}}):
            with pytest.raises(jsonschema.ValidationError):
                jsonschema.validate(data | wrong, schema)
