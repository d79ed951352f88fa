"""A material: named values, each with its source."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from anodex.models.errors import InputError
from anodex.models.inputs.spelling import hint
from anodex.models.materials.property import Property


@dataclass(frozen=True, slots=True)
class Material:
    """A material and its properties: `sodium["young_modulus"].to("MPa")`."""

    name: str
    title: str
    properties: Mapping[str, Property]

    def __post_init__(self):
        object.__setattr__(self, "properties", MappingProxyType(dict(self.properties)))

    def __getitem__(self, name: str) -> Property:
        """The property called `name`; an InputError names the nearest one that there is."""
        if name not in self.properties:
            raise InputError(
                f"material '{self.name}' has no property '{name}'{hint(name, self.properties)}"
            )
        return self.properties[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.properties)


def rows(material: Material) -> list[tuple[str, str, str, str, str, str]]:
    """Name, value, unit, range, origin and source (with the note) of every property, as text for
    a table.
    """
    return [
        (
            name,
            f"{entry.value:g}",
            entry.unit,
            f"{entry.low:g} to {entry.high:g}",
            entry.origin.name.lower(),
            f"{entry.source}; {entry.note}" if entry.note else entry.source,
        )
        for name, entry in material.properties.items()
    ]
