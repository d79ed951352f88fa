"""Wrong and odd inputs from a seed: mutations of shipped files, and cases at the ends of what each
key allows.
"""

import copy
import json
import math
import re
import tomllib
from collections.abc import Callable, Iterator
from datetime import date
from random import Random
from typing import Any

from anodex.models import registry
from anodex.models.inputs.keys import Key, keys_of
from anodex.models.inputs.quantities import NUMBER_AND_UNIT

SPELLINGS = (
    "um mm m km s min degC K A/m^2 mA/cm^2 mA/cm2 ma/cm^2 MPa Mpa GPa Ohm ohm.cm2 V % 1/s s-1 "
    "um^99 um^99^99 km^99/mm^98 dB delta_degC kg/um # ( /um * um**2 \u00b5m \u03bcm cm\u00b2 "
    "\u00c2\u00b5m nan inf 1 2um"
)
UNITS = SPELLINGS.split()
TEXTS = (
    "",
    " ",
    "0,1 mA/cm^2",
    "5+1 um",
    "1 A/m^2 # text",
    "1 um" + " " * 300 + "x",
    "nan um",
    "1e999 um",
    "-1e308 um",
    "1" * 3000,
    "x" * 5000,
    "$x^{$",
    "[/bold]",
    "a\u0000b",
    "a\nb\t\u001b[31m",
    "\U0001f50b",
    "../" * 50,
    "/dev/zero",
    "/dev/null",
    "nowhere",
    ".",
    "~",
)
ODD = (
    True,
    False,
    0,
    -1,
    1,
    7,
    10**18,
    10**100,
    0.0,
    -0.0,
    1e-320,
    1e308,
    math.nan,
    math.inf,
    date(2026, 1, 1),
    [],
    {},
    [[]],
    [{}],
    {"": {}},
    [1, "a", {}],
)
BYTES = (b"\0", b"\xff\xfe", b"\x80", b"[", b"]]", b"{", b'"', b'"""', b"'''", b"=", b"\r", b"#")


def mutated(random: Random, source: bytes) -> bytes:
    """A shipped file with one to three mutations of its tables, or of its bytes."""
    if random.random() < 0.25:
        return random.choice(BYTEWISE)(random, source)
    data = tomllib.loads(source.decode())
    for _ in range(random.randint(1, 3)):
        random.choice(TREEWISE)(random, data)
    return written(data).encode("utf-8", "surrogatepass")


def at_the_edge(random: Random) -> bytes:
    """A case of some system with a few keys at, or next to, an end of their range."""
    name = random.choice(registry.OWN)
    keys = keys_of(registry.load(name).part("case"))
    data: dict[str, Any] = {"system": {"name": name}}
    for key in random.sample(keys, random.randint(1, 4)):
        if key.name.startswith("system") or "[]" in key.name or key.allowed == "tables":
            continue
        if key.only_with and random.random() < 0.9:
            word, _, words = key.only_with.partition(" = ")
            put(data, word, random.choice(words.split(", ")))
        put(data, key.name, edge(random, key))
    return written(data).encode()


def put(data: dict, name: str, value: Any) -> None:
    *tables, last = name.split(".")
    for table in tables:
        data = data.setdefault(table, {})
    data[last] = value


def edge(random: Random, key: Key) -> Any:
    """A value of a key at an end of what it allows, or next to it."""
    if key.allowed == "true, false":
        return random.random() < 0.5
    found = re.match(r"(?:(\S+)(?: \S+)? <=? )?value(?: <=? (\S+))?", key.allowed)
    if found is None:
        return random.choice(key.allowed.split(", "))
    inwards = {float(end): sign for end, sign in zip(found.groups(), (1, -1), strict=True) if end}
    number, sign = random.choice([*inwards.items(), (10.0 ** random.randint(-9, 9), 1)])
    if random.random() < 0.3 and len(inwards) == 2:
        number = random.uniform(*inwards)
    nudge = random.choice([0.0, 1e-12, 1e-12, 1e-3, 1e-3, -1e-12])
    number += sign * nudge * (abs(number) or 1.0)
    if key.unit:
        return f"{number!r} {key.unit}"
    return int(number) if number == int(number) and random.random() < 0.7 else number


def hostile(random: Random) -> bytes:
    """What a parser may choke on."""
    count = random.choice([40, 400, 5000, 50_000])
    return random.choice(
        [
            b"a = " + b"[" * count + b"]" * count,
            b"a = " + b"{b=" * count + b"1" + b"}" * count,
            b".".join([b"a"] * count) + b" = 1",
            b"[" + b".".join([b"a"] * count) + b"]",
            b"a = " + b"9" * count,
            b"a = 0x" + b"f" * count,
            b"a = 1e" + b"9" * count,
            b'title = "' + b"x" * count + b'"',
            b'title = "' + b"$" * count + b'"\n[system]\nname = "dendrite"',
            b'"' + b"k" * count + b'" = 1',
            b'a = "' + b'\\"' * count,
            b"\0" * count,
            random.randbytes(count),
            b"#" * count,
            b"".join(b"k%d = 1\n" % number for number in range(count)),
            b'[system]\nname = "dendrite"\n' + b"[[a]]\n" * count,
            b'[sweep]\ncase = "spindle_void"\n[sweep.set]\n'
            + b"".join(b'"a.k%d" = [1, 2, 3]\n' % number for number in range(min(count, 400))),
            b'[system]\nname = "spindle_void"\n[protocol]\nsteps = ['
            + b'{current_density = "0.1 mA/cm^2", duration = "1 s"},' * min(count, 2000)
            + b"]",
        ]
    )


# Mutations of tables


def places(data: Any) -> Iterator[tuple[Any, Any]]:
    """Each table or array with each of its keys or places."""
    for key, value in list(data.items() if isinstance(data, dict) else enumerate(data)):
        yield data, key
        if isinstance(value, dict | list):
            yield from places(value)


def anywhere(random: Random, data: dict) -> tuple[Any, Any]:
    found = list(places(data))
    return random.choice(found) if found else (data, "system")


def delete(random: Random, data: dict) -> None:
    target, key = anywhere(random, data)
    if isinstance(target, list) or key in target:
        del target[key]


def rename(random: Random, data: dict) -> None:
    target, key = anywhere(random, data)
    if isinstance(target, dict) and key in target:
        place = random.randrange(len(key) + 1)
        typo = random.choice(["", "x", "=", ".", '"', "\n", "'", " ", "\u00b5"])
        target[key[:place] + typo + key[place + 1 :]] = target.pop(key)


def set_odd(random: Random, data: dict) -> None:
    target, key = anywhere(random, data)
    target[key] = copy.deepcopy(random.choice([*TEXTS, *ODD]))


def set_unit(random: Random, data: dict) -> None:
    quantities = [
        (target, key, match)
        for target, key in places(data)
        if isinstance(target[key], str) and (match := NUMBER_AND_UNIT.fullmatch(target[key]))
    ]
    if quantities:
        target, key, match = random.choice(quantities)
        number = random.choice([match[1], match[1], "0,5", "1e400", "-" + match[1], "+" + match[1]])
        unit = random.choice([match[2], random.choice(UNITS), f"{match[2]} {random.choice(UNITS)}"])
        target[key] = f"{number} {unit}"


def scale(random: Random, data: dict) -> None:
    target, key = anywhere(random, data)
    value, factor = target.get(key) if isinstance(target, dict) else target[key], 10.0
    factor **= random.randint(-12, 12)
    if isinstance(value, str) and (match := NUMBER_AND_UNIT.fullmatch(value)):
        target[key] = f"{float(match[1]) * factor!r} {match[2]}"
    elif isinstance(value, int | float) and not isinstance(value, bool):
        target[key] = value * factor


def nest(random: Random, data: dict) -> None:
    target, key = anywhere(random, data)
    value = target.get(key) if isinstance(target, dict) else target[key]
    for _ in range(random.choice([1, 2, 30, 200])):
        value = random.choice([[value], {"a": value}])
    target[key] = value


def copy_over(random: Random, data: dict) -> None:
    (target, key), (source, other) = anywhere(random, data), anywhere(random, data)
    value = source.get(other) if isinstance(source, dict) else source[other]
    target[key] = copy.deepcopy(value) if value is not None else {}


def repeat(random: Random, data: dict) -> None:
    arrays = [(target, key) for target, key in places(data) if isinstance(target[key], list)]
    if arrays:
        target, key = random.choice(arrays)
        target[key] = target[key] * random.choice([0, 2, 3, 50])


TREEWISE: tuple[Callable[[Random, dict], None], ...] = (
    delete,
    rename,
    set_odd,
    set_odd,
    set_unit,
    set_unit,
    scale,
    nest,
    copy_over,
    repeat,
)


# Mutations of bytes


def flip(random: Random, source: bytes) -> bytes:
    found = bytearray(source)
    for _ in range(random.randint(1, 5)):
        found[random.randrange(len(found))] = random.randrange(256)
    return bytes(found)


def cut(random: Random, source: bytes) -> bytes:
    start = random.randrange(len(source))
    return source[:start] + source[start + random.randrange(100) :]


def insert(random: Random, source: bytes) -> bytes:
    place = random.randrange(len(source))
    return source[:place] + random.choice(BYTES) * random.choice([1, 1, 3, 100]) + source[place:]


def double(random: Random, source: bytes) -> bytes:
    lines = source.splitlines(keepends=True)
    start = random.randrange(len(lines))
    return b"".join([*lines, *lines[start : start + 5]])


BYTEWISE: tuple[Callable[[Random, bytes], bytes], ...] = (flip, cut, insert, double)


# TOML


def written(data: dict) -> str:
    """TOML of tables, all but the topmost within braces."""
    return "".join(f"{quoted(key)} = {toml(value)}\n" for key, value in data.items())


def toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{quoted(key)} = {toml(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    return quoted(value) if isinstance(value, str) else str(value).lower()


def quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
