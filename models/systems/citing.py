"""What a case rests on: papers of its models, sources of its values, software."""

from dataclasses import dataclass
from typing import Any

from anodex.models import registry
from anodex.models.errors import InputError
from anodex.models.inputs.taken import ValueOf, keys_with_origin, material_values
from anodex.models.materials import Origin
from anodex.models.materials.bibliography import SOFTWARE, Reference, papers, references_in
from anodex.models.materials.named_sets import FileValue, of_data_base


@dataclass(frozen=True)
class Cited:
    """Works by what they give, each once; values, `material.property: origin`, of which no source
    is known; and why material files cannot be read.
    """

    models: list[Reference]
    values: list[Reference]
    software: list[Reference]
    without_source: list[str]
    unread: list[str]

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
        if self.unread:
            parts.append(f"% Sources are missing: {'; '.join(self.unread)}")
        return "\n\n".join(parts)


def cited_by(case: Any) -> Cited:
    """The works that a case rests on."""
    models = papers(registry.load(case.system.name).papers)
    found: dict[str, Reference] = {}
    without = []
    values, unread = used_values(case)
    for (material, name), value in values.items():
        entry = value.entry
        works = references_in(entry.source)
        if not works and entry.origin in (Origin.MEASURED, Origin.FOUND):
            key = f"{material}-{name}".replace("_", "-")
            works = [as_named(key, entry.source, value.given_by)]
        if not works:
            without.append(f"{material}.{name}: {entry.origin.name.lower()}")
        found |= {work.cited_as: work for work in works if work.cited_as not in found}
    others = [work for work in found.values() if work not in models]
    return Cited(models, others, list(SOFTWARE), without, unread)


def used_values(case: Any) -> tuple[dict[ValueOf, FileValue], list[str]]:
    """The values of material files and of the data base that a case has, and why files cannot be
    read, as those of an earlier run may be gone.
    """
    given: dict[ValueOf, FileValue] = {}
    unread = []
    try:
        given = material_values(case)
    except InputError as error:
        unread = str(error).splitlines()
    found: dict[ValueOf, FileValue] = {}
    for key in keys_with_origin(case):
        known = (given.get(key.origin), of_data_base(key.origin))
        held = [value for value in known if value is not None and key.holds(value.entry)]
        if held:
            found.setdefault(key.origin, held[0])
    # a case may name values that it takes without a key, such as those of a creep law
    for origin in getattr(case, "other_values", ()):
        found.setdefault(origin, of_data_base(origin))
    return found, unread


def as_named(key: str, source: str, named_by: str) -> Reference:
    """A work of which no more is known than the data base, or a material file, says."""
    return Reference(
        key, "misc", source, (("title", f"{{{source}}}"), ("note", f"as {named_by} names it"))
    )
