"""`anodex list`: the systems and the shipped cases, a line each."""

import tomllib
from pathlib import Path

from anodex.models import registry
from anodex.models.inputs.casefile import STUDIES
from anodex.scripts.console import say_table
from anodex.scripts.shipped import shipped_cases


def list_all() -> None:
    """List the systems and the shipped cases."""
    say_table(
        ("system", "is"), ((name, registry.load(name).title) for name in sorted(registry.names()))
    )
    cases = sorted(described(name, path) for name, path in shipped_cases().items())
    say_table(("case", "system", "shows"), cases)


def described(name: str, path: Path) -> tuple[str, str, str]:
    """Name, system (for a study its command, such as "sweep") and title of a shipped file."""
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    for study in STUDIES:
        if study in data:
            return name, study, data[study].get("title", "")
    return name, data["system"]["name"], data.get("title", "")
