"""What a case rests on: papers of its models, sources of its values, software."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from anodex.models import registry
from anodex.models.inputs.quantities import Given
from anodex.models.inputs.tables import Table, default_of
from anodex.models.materials import MATERIALS, Origin
from anodex.models.materials.bibliography import SOFTWARE, Reference, papers, references_in


@dataclass(frozen=True)
class Cited:
    """Works by what they give, each once; and values, `material.property: origin`, of which the
    data base knows no source.
    """

    models: list[Reference]
    values: list[Reference]
    software: list[Reference]
    without_source: list[str]

    def bibtex(self) -> str:
        """All entries, with a line above each group that BibTeX passes over."""
        groups = {"Models": self.models, "Values": self.values, "Software": self.software}
        parts = [
            part
            for title, works in groups.items()
            if works
            for part in (f"% {title}", *(work.bibtex() for work in works))
        ]
        if self.without_source:
            parts.append(f"% Values without a source: {', '.join(self.without_source)}")
        return "\n\n".join(parts)


def cited_by(case: Any) -> Cited:
    """The works that a case rests on."""
    models = papers(registry.load(case.system.name).papers)
    found: dict[str, Reference] = {}
    without = []
    # a case may name values that it takes without a key, such as those of a creep law
    for material, name in dict.fromkeys(
        (*default_values(case), *getattr(case, "other_values", ()))
    ):
        entry = MATERIALS[material][name]
        works = references_in(entry.source)
        if not works and entry.origin in (Origin.MEASURED, Origin.FOUND):
            works = [as_named(f"{material}-{name}".replace("_", "-"), entry.source)]
        if not works:
            without.append(f"{material}.{name}: {entry.origin.name.lower()}")
        found |= {work.cited_as: work for work in works if work.cited_as not in found}
    values = [work for work in found.values() if work not in models]
    return Cited(models, values, list(SOFTWARE), without)


def default_values(table: Table) -> Iterator[tuple[str, str]]:
    """Material and property of the values of the data base that stand in a table, as it leaves
    their keys at the default.
    """
    for key, field in type(table).model_fields.items():
        value, default = getattr(table, key), field.default
        if isinstance(value, Table):
            yield from default_values(value)
        elif (
            isinstance(default, Given) and default.origin and value == default_of(type(table), key)
        ):
            yield default.origin


def as_named(key: str, source: str) -> Reference:
    """A work of which no more is known than the data base says."""
    return Reference(
        key, "misc", source, (("title", f"{{{source}}}"), ("note", "as the data base names it"))
    )
