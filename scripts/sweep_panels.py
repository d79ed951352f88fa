"""What the table `[figure]` of a sweep file may say: one panel, or several side by side."""

from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from anodex.models.inputs.tables import Table
from anodex.models.inputs.units import known_unit

Scale = Literal["linear", "log"]
MOST_PANELS = 26  # each has a letter
# keys that name a swept key or an observable
ROLES = ("x", "y", "y2", "z", "group", "over")


class Panel(Table):
    """What every panel has. A label replaces the name on its axis, the unit stays. With `where`
    it shows the members with these values.
    """

    title: str = ""
    x: str
    x_label: str = ""
    y: str
    y_label: str = ""
    y_scale: Scale = "linear"
    where: dict[str, Any] = Field(default={})

    def roles(self) -> dict[str, str]:
        """Role -> swept key or observable, for the roles that are given."""
        return {role: getattr(self, role) for role in ROLES if getattr(self, role, None)}

    def place(self) -> tuple[str, ...]:
        """The roles that tell the members of a panel apart, so that two with the same values
        cannot be drawn.
        """
        return ("x", "group")


class Series(Panel):
    """Curves or bars, one for each value of `group`; `y2` has an axis of its own; `names` says
    how values that are words are written. The axis of y is in `y_unit`, where it is given, and
    begins at `y_from`.
    """

    group: str | None = None
    y_unit: str = ""
    y_from: float | None = None
    y2: str | None = None
    y2_label: str = ""
    y2_scale: Scale = "linear"
    names: dict[str, str] = Field(default={})

    @field_validator("y_unit")
    @classmethod
    def _is_known(cls, unit: str) -> str:
        if unit:
            known_unit(unit, "a unit of y, such as 'mV'")
        return unit


class Curves(Series):
    """Curves over x; members that differ in the swept key `over` alone make one point, their median
    with their range.
    """

    kind: Literal["curves"] = "curves"
    x_scale: Scale = "linear"
    over: str | None = None

    def place(self) -> tuple[str, ...]:
        """Those of a series, and what tells the members of a point apart."""
        return (*super().place(), "over")


class Bars(Series):
    """Bars side by side for each value of x."""

    kind: Literal["bars"]

    @model_validator(mode="after")
    def _one_set_of_bars(self):
        if self.group and self.y2:
            raise ValueError(
                "bars have a group or a y2, not both; leave one out, or give each its own panel"
            )
        return self


class Map(Panel):
    """Contours of z over two swept keys, with its optimum."""

    kind: Literal["map"]
    x_scale: Scale = "linear"
    z: str
    z_label: str = ""
    z_scale: Scale = "linear"
    optimum: Literal["min", "max"] = "max"
    marks: dict[str, tuple[float, float]] = Field(default_factory=dict)

    def place(self) -> tuple[str, ...]:
        """Each pair of x and y has one z."""
        return ("x", "y")


class Classes(Panel):
    """The members as dots over x and y, coloured by the word or number z; `names` says how words
    are written.
    """

    kind: Literal["classes"]
    x_scale: Scale = "linear"
    z: str
    z_label: str = ""
    names: dict[str, str] = Field(default={})

    def place(self) -> tuple[str, ...]:
        """One dot for each pair of x and y."""
        return ("x", "y")


AnyPanel = Curves | Bars | Map | Classes


class Figure(Table):
    """The table `[figure]`, its panels in reading order."""

    panels: tuple[Annotated[AnyPanel, Field(discriminator="kind")], ...] = Field(
        min_length=1, max_length=MOST_PANELS
    )


def with_panels(figure):
    """The table `[figure]` as `Figure` knows it: a figure without `panels` is one panel, and a
    panel without `kind` shows curves.
    """
    if not isinstance(figure, dict):
        return figure
    if "panels" not in figure:
        return {"panels": [{"kind": "curves", **figure}]}
    panels = figure["panels"]
    if not isinstance(panels, list):
        return figure
    return {
        **figure,
        "panels": [
            {"kind": "curves", **panel} if isinstance(panel, dict) else panel for panel in panels
        ],
    }
