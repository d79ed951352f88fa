"""Examples as notebooks: cells of a script in percent format, and the same as JSON of Jupyter.

Sphinx writes them into the site (conf.py), where each example's page links to its own.
"""

import json
import re
from pathlib import Path

EXAMPLES = Path(__file__).parents[2] / "examples"
CELL = re.compile(r"^# %%( \[markdown\])?\n(.*?)(?=^# %%|\Z)", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\[([^]]+)\]\(\.\./([\w/.-]+)[^)]*\)")


def cells(source: str) -> list[tuple[bool, str]]:
    """Cells of a script in percent format: whether it is prose, and its text."""
    return [
        (bool(mark), (re.sub(r"^# ?", "", text, flags=re.MULTILINE) if mark else text).strip())
        for mark, text in CELL.findall(source)
    ]


def notebook(source: str) -> str:
    """A script in percent format as a notebook; links to other pages become their places in the
    repository, as a notebook may lie anywhere.
    """
    parts = []
    for number, (prose, text) in enumerate(cells(source)):
        if prose:
            text = LINK.sub(r"\1 (`docs/\2`)", text)
        part = {"cell_type": "markdown" if prose else "code", "id": f"cell-{number}"}
        part |= {"metadata": {}, "source": text.splitlines(keepends=True)}
        parts.append(part if prose else part | {"execution_count": None, "outputs": []})
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    written = {"cells": parts, "metadata": {"kernelspec": kernel}, "nbformat": 4}
    return json.dumps(written | {"nbformat_minor": 5}, indent=1, ensure_ascii=False) + "\n"


def write_notebooks(site: Path) -> None:
    """Put a notebook of each example beside its page in a finished site."""
    for source in sorted(EXAMPLES.glob("*.py")):
        place = site / "docs" / "examples" / f"{source.stem}.ipynb"
        place.write_text(notebook(source.read_text(encoding="utf-8")), encoding="utf-8")
