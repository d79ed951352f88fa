"""Which keys take a value of the data base."""

from functools import cache

from anodex.models import registry
from anodex.models.inputs.keys import keys_of


@cache
def takers() -> dict[tuple[str, str], list[str]]:
    """Material and property -> the keys that take that value where a case leaves them out, of all
    systems: `spindle_void: matrix.young_modulus`.
    """
    found: dict[tuple[str, str], list[str]] = {}
    for system in registry.names():
        for key in keys_of(registry.load(system).part("case")):
            if key.origin:
                found.setdefault(key.origin, []).append(f"{system}: {key.name}")
    return found
