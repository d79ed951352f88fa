"""What a shell completes on the command line: names of cases, systems, rooms and materials."""

from collections.abc import Iterable
from glob import glob
from pathlib import Path


def cases(incomplete: str) -> list[str]:
    """Shipped cases, systems, and files and folders of the shell."""
    from anodex.models import registry
    from anodex.scripts.shipped import shipped_cases

    files = [f"{path}/" if Path(path).is_dir() else path for path in glob(f"{incomplete}*")]
    names = {*shipped_cases(), *registry.names()}
    return sorted(matching(incomplete, names)) + sorted(files)


def systems(incomplete: str) -> list[str]:
    """Names of the systems."""
    from anodex.models import registry

    return matching(incomplete, registry.names())


def materials(incomplete: str) -> list[str]:
    """Names of the materials and of the shipped sets, and files of the shell."""
    from anodex.models.materials import MATERIALS
    from anodex.models.materials.named_sets import shipped_sets

    return matching(incomplete, [*MATERIALS, *shipped_sets()]) + sorted(glob(f"{incomplete}*.toml"))


def matching(incomplete: str, names: Iterable[str]) -> list[str]:
    """Names that begin with what is typed so far."""
    return [name for name in names if name.startswith(incomplete)]
