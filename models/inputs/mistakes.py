"""Pydantic's findings in a case file, in words for the user."""

import re
from collections.abc import Sequence

from pydantic_core import ErrorDetails

from anodex.models.inputs.quantities import shown
from anodex.models.inputs.spelling import hint, nearest
from anodex.models.inputs.tables import Table, known_keys
from anodex.models.inputs.units import cut


def all_of(mistakes: Sequence[str], origin: str) -> str:
    """What is wrong with a file, or with what else `origin` names: a line for each mistake."""
    if len(mistakes) == 1:
        return f"{origin}: {mistakes[0]}"
    return "\n  ".join([f"{origin}: {len(mistakes)} mistakes", *mistakes])


def explained(model: type[Table], data: dict, mistake: ErrorDetails) -> str:
    """One mistake that pydantic found, as a line for the user: key, value given, what is
    allowed.
    """
    path, given = located(data, mistake["loc"])
    context = mistake.get("ctx", {})
    match mistake["type"]:
        case "extra_forbidden":
            return (
                f"{key(path)}: unknown{hint(str(path[-1]), known_keys(model, mistake['loc'][:-1]))}"
            )
        case "missing":
            return f"{key([*path, mistake['loc'][-1]])}: missing, and it has no default"
        case "literal_error" | "enum":
            return f"{key(path)}: {choice(given, context['expected'])}"
        case "union_tag_invalid":  # panels of a sweep
            by = context["discriminator"].strip("'")
            return f"{key([*path, by])}: {choice(context['tag'], context['expected_tags'])}"
        case "unknown_kind":
            *others, last = context["words"]
            expected, by = f"{', '.join(others)} or {last}", context["by"]
            return f"{key([*path, by])}: {choice(context['given'], expected)}"
        case "idle_key":
            table, by = dotted(path), context["by"]
            return (
                f"case: {table}.{context['key']} does nothing while {table}.{by} is "
                f"{context['word']}; leave it out or change {table}.{by}"
            )
        case "union_tag_invalid":  # of a plain union, as figures of sweeps are
            return (
                f"{key([*path, discriminator(context)])}: "
                f"{choice(context['tag'], context['expected_tags'])}"
            )
        case "union_tag_not_found":
            return (
                f"{key([*path, discriminator(context)])}: missing; it decides which other keys "
                "there are"
            )
        case "value_error" if isinstance(given, dict):
            return f"{key(path).replace('key', 'table', 1) if path else 'case'}: {context['error']}"
        case "value_error":
            return f"{key(path)}: {context['error']}"
        case "model_type" | "model_attributes_type":
            return (
                f"{key(path)}: {shown(given)} is no table; write [{dotted(path)}] and its keys "
                "below"
            )
    return f"{key(path)}: {shown(given)} is wrong; {mistake['msg'].replace('Input', 'it')}"


def dotted(path: list[str | int]) -> str:
    """A path as the user writes it: `protocol.steps.0.duration`."""
    return cut(".".join(str(part) for part in path))


def key(path: list[str | int]) -> str:
    """The start of a message about a key."""
    return f"key '{dotted(path)}'"


def choice(given, expected: str) -> str:
    """What to say about a word that is none of the `expected` ones, which pydantic lists in
    single quotes.
    """
    choices = re.findall(r"'([^']*)'", expected)
    return f"{shown(given)} is none of {expected}{nearest(str(given), choices)}"


def discriminator(context: dict) -> str:
    """The key that chooses between the kinds of a table; pydantic gives it in quotes."""
    return context["discriminator"].strip("'")


def located(data: dict, location: tuple[str | int, ...]) -> tuple[list[str | int], object]:
    """Path in the file of a place that pydantic names, and what stands there; pydantic's own
    words in it are left out.
    """
    path, given = [], data
    for part in location:
        if (isinstance(given, dict) and part in given) or (
            isinstance(given, list) and isinstance(part, int) and part < len(given)
        ):
            path.append(part)
            given = given[part]
    return path, given
