"""The examples of docs/reference/case-files.md do what the page says."""

import re
import tomllib
from pathlib import Path

import pytest

from anodex.models.errors import InputError
from anodex.models.inputs.casefile import parse_case
from anodex.models.inputs.quantities import Amount
from anodex.models.materials import MATERIALS
from anodex.models.materials.material_file import read_material_file
from anodex.models.materials.named_sets import shipped_sets
from anodex.models.materials.takers import takers

HOW_TO = Path(__file__).parents[2] / "docs" / "how-to" / "case-files.md"
PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "case-files.md").read_text("utf-8")


def test_the_example_case_is_valid(case_model):
    case = parse_case(
        tomllib.loads(re.search(r"```toml\n(.*?)```", PAGE, re.DOTALL).group(1)),
        "docs/reference/case-files.md",
    )
    assert case.geometry.length == 90.0
    assert [step.duration for step in case.protocol.steps] == [4200.0, 1800.0]


@pytest.mark.parametrize(
    ("row", "unit"),
    [("length", "um"), ("current density", "A/m^2"), ("time", "s"), ("temperature", "K")],
)
def test_the_texts_of_a_row_give_one_value(row, unit):
    texts = re.findall(
        r'`"(.*?)"`', re.search(rf"^\|(.*)\| the same {row} \|$", PAGE, re.MULTILINE).group(1)
    )
    assert len(texts) >= 2
    assert len({Amount(unit).parse(text) for text in texts}) == 1


def test_the_example_messages_are_those_of_the_code(case_model, minimal):
    minimal["geometry"] = {"shape": "spindel", "length": "60 s", "lenght": "60 um"}
    minimal["matrix"]["poisson_ratio"] = 0.7
    with pytest.raises(InputError) as error:
        parse_case(minimal, "void.toml")
    assert f"```\n{error.value}\n```" in PAGE


def test_the_example_of_a_material_file_is_right(tmp_path):
    text = HOW_TO.read_text(encoding="utf-8")
    path = tmp_path / "my_materials.toml"
    path.write_text(re.search(r"```toml\n(\[nril.*?)```", text, re.DOTALL)[1], encoding="utf-8")
    assert read_material_file(path)["nril"]["young_modulus"].note == "dry"
    assert all(f"`{name}`" in text for name in shipped_sets())


def test_constants_of_the_models_are_those_of_the_page():
    constants = [("lithium", "molar_volume"), ("li6ps5cl", "exchange_current_density")]
    laws = ("roy_", "lepage_", "anand_")
    constants += [("lithium", name) for name in MATERIALS["lithium"] if name.startswith(laws)]
    keyed = {("lithium", "anand_initial_resistance"), ("lithium", "anand_hardening")}
    assert takers().keys() & set(constants) == keyed
