"""`anodex list`: the systems and the shipped cases, a line each."""

import tomllib
from importlib.resources import files

from anodex.models import registry
from anodex.scripts.console import say_table


def list_all() -> None:
    """List the systems and the shipped cases."""
    say_table(
        ("system", "is"), ((name, registry.load(name).title) for name in sorted(registry.names()))
    )
    say_table(("case", "system", "shows"), shipped_cases())


def shipped_cases() -> list[tuple[str, str, str]]:
    """Name, system ("sweep" for a sweep file) and title of every shipped file."""
    rows = []
    for entry in files("anodex.cases").iterdir():
        if entry.name.endswith(".toml"):
            data = tomllib.loads(entry.read_text(encoding="utf-8"))
            if "sweep" in data:
                kind, title = "sweep", data["sweep"].get("title", "")
            else:
                kind, title = data["system"]["name"], data.get("title", "")
            rows.append((entry.name.removesuffix(".toml"), kind, title))
    return sorted(rows)
