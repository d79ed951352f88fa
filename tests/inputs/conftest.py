"""A small system of its own, so that these tests need no real one."""

from types import SimpleNamespace
from typing import Annotated, Literal

import pytest
from pydantic import Field, model_validator

from anodex.models import registry
from anodex.models.inputs.choices import Choice
from anodex.models.inputs.quantities import Amount
from anodex.models.inputs.tables import Table

CASE = """
[system]
name = "spindle_void"

[matrix]
young_modulus = "1 GPa"

[[protocol.steps]]
current_density = "0.1 mA/cm^2"
duration = "70 min"

[[protocol.steps]]
current_density = "-0.1 mA/cm^2"
duration = "30 min"
"""


class SystemTable(Table):
    name: Literal["spindle_void"]


class Geometry(Table):
    shape: Literal["spindle", "ellipse", "dot", "crack"] = "spindle"
    length: Annotated[float, Amount("um", gt=0, le=1000)] = "60 um"
    width: Annotated[float, Amount("um", gt=0, le=1000)] = "12 um"
    tip_radius: Annotated[float, Amount("um", gt=0)] | None = None
    cells: int = Field(8, ge=1, le=100)
    curved: bool = True

    @model_validator(mode="after")
    def slender(self):
        if self.width > self.length:
            raise ValueError(f"width ({self.width:g} um) exceeds length ({self.length:g} um)")
        return self


class Matrix(Table):
    young_modulus: Annotated[float, Amount("MPa", gt=0)]
    poisson_ratio: Annotated[float, Amount("", ge=0, lt=0.5)] = 0.33


class Elastic(Table):
    law: Literal["elastic"] = "elastic"


class Creep(Table):
    law: Literal["power-law"] = "power-law"
    exponent: Annotated[float, Amount("", ge=1)] = 5


class Bars(Table):
    kind: Literal["bars"]
    width: Annotated[float, Amount("um", gt=0)] = "1 um"


class Curve(Table):
    kind: Literal["curve"]


class Step(Table):
    current_density: Annotated[float, Amount("A/m^2")]
    duration: Annotated[float, Amount("s", gt=0)]


class Protocol(Table):
    steps: tuple[Step, ...] = ({"current_density": "0.1 mA/cm^2", "duration": "70 min"},)
    pictures: tuple[Annotated[float, Amount("s", ge=0)], ...] = ("20 min", "70 min")


class Case(Table):
    title: str = ""
    system: SystemTable
    geometry: Geometry = Geometry()
    matrix: Matrix
    flow: Annotated[Elastic | Creep, Choice("law")] = Elastic()
    protocol: Protocol = Protocol()
    figure: Annotated[Bars | Curve, Field(discriminator="kind")] | None = None


@pytest.fixture
def case_model(monkeypatch):
    """The `Case` of a system called `spindle_void`, in place of the real one."""
    monkeypatch.setattr(registry, "names", lambda: ("spindle_void", "cell_stack"))
    monkeypatch.setattr(registry, "load", lambda name: SimpleNamespace(part={"case": Case}.get))
    return Case


@pytest.fixture
def case_text():
    """A case file without mistakes, with two steps of a protocol."""
    return CASE


@pytest.fixture
def minimal():
    """The tables of the shortest case file without mistakes."""
    return {"system": {"name": "spindle_void"}, "matrix": {"young_modulus": "1 GPa"}}
