"""Folder names of the members of a sweep: readable, short, and distinct."""

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from anodex.models.inputs.tables import Table
from anodex.scripts.cases import as_toml

# characters of a folder name that still reads well and that every file system takes
LONGEST_NAME = 80
LONGEST_VALUE = 24  # of them, for one value where not all fit


def member_name(values: Mapping[str, Any], varying: Collection[str] = ()) -> str:
    """Folder name such as `length=28um_law=galvanostatic`, ending in a hash where that alone
    would not tell members apart.

    Parameters
    ----------
    values
        Dotted key -> value as the sweep file gives it.
    varying
        Keys with more than one value in the sweep: in front where the name has no room for all.
    """
    text = spelt(values)
    compact = text.replace(" ", "")
    name = plain(compact)
    short_keys = {short(key) for key in values}
    if len(name) <= LONGEST_NAME:
        is_clear = name == compact and len(short_keys) == len(values)
        return name if is_clear else f"{name}-{digest(values)}"
    ordered = sorted(values, key=lambda key: key not in varying)
    parts = (f"{short(key)}={plain(words(values[key]))[:LONGEST_VALUE]}" for key in ordered)
    return f"{'_'.join(parts)[:LONGEST_NAME]}-{digest(values)}"


def distinct_names(members: Iterable[tuple[Mapping[str, Any], str, Table]]) -> list[str]:
    """Names of members, given as values, name and case, so that no two cases share a folder.

    Without its spaces, `a b` is named as `ab` is, and some file systems read `Ab` as `ab`. Where
    that happens, all get a hash but the one whose values are the name to the letter.
    """
    rows = list(members)
    groups: defaultdict[str, list[int]] = defaultdict(list)
    for number, (_, name, _) in enumerate(rows):
        groups[name.casefold()].append(number)
    names = [name for _, name, _ in rows]
    for group in groups.values():
        if all(rows[number][2] == rows[group[0]][2] for number in group):
            continue  # one case, in other spellings of the same values
        literal = [rows[number][2] for number in group if spelt(rows[number][0]) == names[number]]
        for number in group:
            if rows[number][2] not in literal[:1]:
                names[number] = f"{names[number]}-{digest(rows[number][0])}"
    return names


def spelt(values: Mapping[str, Any]) -> str:
    """`length=28 um_shape=dot`."""
    return "_".join(
        f"{short(key)}={value if isinstance(value, str) else as_toml(value)}"
        for key, value in values.items()
    )


def short(key: str) -> str:
    """A key without its tables."""
    return key.rpartition(".")[2]


def plain(text: str) -> str:
    """A text with a dash for each character that a folder name should not have."""
    return re.sub(r"[^\w.=+-]", "-", text)


def words(value: Any) -> str:
    """The values within a value, one after the other, without keys and brackets."""
    if isinstance(value, Mapping):
        return words(list(value.values()))
    if isinstance(value, list | tuple):
        return "+".join(map(words, value))
    return (value if isinstance(value, str) else as_toml(value)).replace(" ", "")


def digest(values: Mapping[str, Any]) -> str:
    """Eight characters that the values alone decide."""
    text = json.dumps(values, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:8]
