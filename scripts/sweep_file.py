"""What a sweep file says, and the cases that follow from it."""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, model_validator

from anodex.models.errors import InputError
from anodex.models.inputs.casefile import write_case
from anodex.models.inputs.spelling import hint
from anodex.models.inputs.tables import Table, is_quantity
from anodex.models.inputs.units import cut
from anodex.scripts.cases import as_overrides, as_toml, open_case
from anodex.scripts.study_file import case_of_study, parse_study, read_study
from anodex.scripts.sweep_names import distinct_names, member_name
from anodex.scripts.sweep_panels import AnyPanel, Figure, with_panels

MOST_MEMBERS = 10_000
MOST_SHOWN = 10  # wrong members of which all is said
MOST_WRONG = 500  # of them; what follows is not looked at
LONGEST_VALUES = 200  # characters of the values of a wrong member


class Variation(Table):
    """The table `[sweep]`: a case, and the values that it takes in turn."""

    title: str = ""
    case: str
    # every combination, or the first of each list, the second of each ...
    mode: Literal["grid", "list"] = "grid"
    set: dict[str, list[Any]] = Field(min_length=1)

    @model_validator(mode="after")
    def _lists_fit(self):
        for key, values in self.set.items():
            if not values:
                raise ValueError(f"set.'{key}' is an empty list; give at least one value")
        lengths = {key: len(values) for key, values in self.set.items()}
        if self.mode == "list" and len(set(lengths.values())) > 1:
            raise ValueError(
                f"mode 'list' needs lists of one length, given are {lengths}; for every "
                'combination set mode = "grid"'
            )
        count = prod(lengths.values()) if self.mode == "grid" else max(lengths.values())
        if count > MOST_MEMBERS:
            raise ValueError(
                f"set has {count:.6g} members; allowed are {MOST_MEMBERS} in one sweep; give fewer "
                "values, or several sweeps"
            )
        return self

    def varying(self) -> frozenset[str]:
        """Keys with more than one value."""
        return frozenset(
            key for key, values in self.set.items() if len(frozenset(map(as_toml, values))) > 1
        )


class Columns(Table):
    """The table `[table]`: observables to list; all of them when left out."""

    observables: tuple[str, ...] = ()


class SweepFile(Table):
    """A sweep file."""

    sweep: Variation
    table: Columns = Columns()
    figure: Figure | None = None


@dataclass(frozen=True)
class Member:
    """One case of a sweep.

    Attributes
    ----------
    name
        Of its folder; the same whenever the values are the same.
    values
        Dotted key -> value as the sweep file gives it.
    text
        The effective case file.
    """

    name: str
    values: dict[str, Any]
    text: str


@dataclass(frozen=True)
class Sweep:
    """A sweep file with all its members checked; `quantities` are the swept keys whose values
    are numbers with units.
    """

    title: str
    members: tuple[Member, ...]
    observables: tuple[str, ...]
    panels: tuple[AnyPanel, ...]
    quantities: frozenset[str] = frozenset()


def read_sweep(path: Path, overrides: Sequence[str] = ()) -> Sweep:
    """Read a sweep file and check every member; `overrides` change the case before the sweep does.

    Raises
    ------
    InputError
        For the sweep file, or for all members whose case is wrong.
    """
    given = parse_sweep(read_study(path, "sweep"), str(path))
    case = case_of_study(path, given.sweep.case)
    members, quantities = checked_members(case, given.sweep, overrides, str(path))
    panels = given.figure.panels if given.figure else ()
    return Sweep(
        given.sweep.title or path.stem, members, given.table.observables, panels, quantities
    )


def checked_members(
    case: str | Path | Table, variation: Variation, overrides: Sequence[str], origin: str
) -> tuple[tuple[Member, ...], frozenset[str]]:
    """All members of a sweep over a case, and the swept keys that are quantities; `origin` begins
    the message of an error.

    Raises
    ------
    InputError
        For all members whose case is wrong.
    """
    members: list[tuple[dict[str, Any], str, Table]] = []  # values, name, case
    wrong: list[str] = []
    varying = variation.varying()
    for values in (rows := list(combinations(variation))):
        if len(wrong) == MOST_WRONG:
            break
        try:
            settings = open_case(case, [*overrides, *as_overrides(values)])
        except InputError as error:
            wrong.append(f"{cut(str(values), LONGEST_VALUES)}:\n{error}")
        else:
            members.append((values, member_name(values, varying), settings))
    if wrong:
        more = [f"... and {len(wrong) - MOST_SHOWN} more"] if len(wrong) > MOST_SHOWN else []
        shown = "\n".join([*wrong[:MOST_SHOWN], *more])
        raise InputError(
            f"{origin}: {len(wrong)}{' or more' * (len(wrong) == MOST_WRONG)} of {len(rows)} "
            f"members are wrong\n{shown}"
        )
    quantities = frozenset(key for key in variation.set if is_quantity(members[-1][2], key))
    return tuple(
        Member(name, values, write_case(settings))
        for name, (values, _, settings) in zip(distinct_names(members), members, strict=True)
    ), quantities


def parse_sweep(data: dict[str, Any], origin: str) -> SweepFile:
    """The validated tables of a sweep file; `origin` says in errors where they come from."""
    complete = {**data, "figure": with_panels(data["figure"])} if "figure" in data else data
    given = parse_study(SweepFile, complete, data, origin)
    one = "panels" not in data.get("figure", {})
    for number, panel in enumerate(given.figure.panels if given.figure else ()):
        check_panel(
            panel, given.sweep, f"{origin}: key 'figure{'' if one else f'.panels.{number}'}"
        )
    return given


def check_panel(panel: AnyPanel, sweep: Variation, origin: str) -> None:
    """Refuse a panel that cannot be drawn; `origin` begins the message with the key of the panel.

    Raises
    ------
    InputError
        If a key in it is not swept, or if two members would stand at one place.
    """
    roles = panel.roles()
    place = [roles[role] for role in panel.place() if role in roles]
    for role, name in roles.items():
        # A dot marks a key of the case; observables have none, and are known after the first run
        # only.
        must_be_swept = (
            "." in name or role in ("group", "over") or (panel.kind == "map" and name in place)
        )
        if must_be_swept and name not in sweep.set:
            raise InputError(f"{origin}.{role}': '{name}' is not swept{hint(name, sweep.set)}")
    for name, value in panel.where.items():
        if name not in sweep.set:
            raise InputError(f"{origin}.where': '{name}' is not swept{hint(name, sweep.set)}")
        if as_toml(value) not in map(as_toml, sweep.set[name]):
            raise InputError(
                f"{origin}.where': {name} never is {as_toml(value)}; swept are "
                f"{', '.join(map(as_toml, sweep.set[name]))}"
            )
    if not set(place) <= set(sweep.set):
        return
    members = [values for values in combinations(sweep) if is_shown(panel, values)]
    if len({as_toml([values[name] for name in place]) for values in members}) < len(members):
        raise InputError(
            f"{origin}.x': several members have the same {' and '.join(place)}; let x, group "
            "and over (in a map and in classes x and y) name all keys "
            "that change, choose values of the others by `where`, or sweep fewer"
        )
    short = [name for name in place if len(set(map(as_toml, sweep.set[name]))) < 2]
    if panel.kind == "map" and (sweep.mode == "list" or short):
        raise InputError(
            f'{origin}.kind\': a map needs mode "grid" and at least two values of '
            f"{' and '.join(place)}"
        )


def is_shown(panel: AnyPanel, values: dict[str, Any]) -> bool:
    """Whether a panel shows the member with these values."""
    return all(as_toml(values[name]) == as_toml(value) for name, value in panel.where.items())


def combinations(variation: Variation) -> Iterable[dict[str, Any]]:
    """The values of each member, in the order of the sweep file."""
    rows = (
        itertools.product(*variation.set.values())
        if variation.mode == "grid"
        else zip(*variation.set.values(), strict=True)
    )
    return (dict(zip(variation.set, row, strict=True)) for row in rows)
