"""Runs the examples and writes each as a page with what it prints and draws: docs/examples.

scripts/container python3 docs/render_examples.py [NAME...]
"""

import ast
import io
import re
import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("agg")
from matplotlib import pyplot

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "docs" / "site"))

from notebooks import cells  # noqa: E402

PAGES = ROOT / "docs" / "examples"


def render(source: Path, pages: Path) -> Path:
    """Run an example, and write its page and pictures into a folder; returns the page."""
    pages.mkdir(parents=True, exist_ok=True)
    names: dict[str, Any] = {"__name__": "__main__"}
    title = re.search(r"^# # (.*)$", source.read_text(encoding="utf-8"), re.MULTILINE)
    shows = title.group(1) if title else source.stem
    parts = [f"<!-- made by docs/{Path(__file__).name} from examples/{source.name} -->"]
    for prose, text in cells(source.read_text(encoding="utf-8")):
        if prose:
            parts.append(text)
            if len(parts) == 2:  # below the title
                parts.append(how_to_run(source))
            continue
        printed, pictures = run(text, names)
        parts.append(f"```python\n{text}\n```")
        if printed:
            parts.append(f"```text\n{printed}\n```")
        for picture in pictures:
            name = f"{source.stem}_{len(list(pages.glob(f'{source.stem}_*.png'))) + 1}.png"
            (pages / name).write_bytes(picture)
            parts.append(f"![{shows}]({name})")
    page = pages / f"{source.stem}.md"
    page.write_text("\n\n".join(parts) + "\n", encoding="utf-8")
    return page


def how_to_run(source: Path) -> str:
    """What a reader does with an example."""
    name = f"examples/{source.name}"
    lines = [
        f"*[`{name}`](../../{name}) is a script, and a notebook to editors that know cells after",
        f"`# %%` (VS Code, Spyder, Jupytext). `scripts/container python3 {name}`",
        "runs it and prints; pictures show in a notebook alone.",
    ]
    if "SIZE" in source.read_text(encoding="utf-8"):
        lines.append(f"In full size: `scripts/container env SIZE=full python3 {name}`.")
    lines.append("More of [Python](../reference/python.md)")
    if (ROOT / "docs" / "systems" / source.stem).is_dir():
        system = f"../systems/{source.stem}"
        lines[-1] += f", of the [keys]({system}/keys.md) and [quantities]({system}/quantities.md)"
        lines.append("of this system")
    lines[-1] += ".*"
    return "\n".join(lines)


def run(code: str, names: dict[str, Any]) -> tuple[str, list[bytes]]:
    """Run a cell as a notebook does; gives what it prints, and its pictures as PNG."""
    tree = ast.parse(code)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    shown = None
    with redirect_stdout(io.StringIO()) as printed:
        exec(compile(tree, "<cell>", "exec"), names)
        if isinstance(last, ast.Expr):
            shown = eval(compile(ast.Expression(last.value), "<cell>", "eval"), names)
    pictures = [_figure(number) for number in pyplot.get_fignums()]
    pyplot.close("all")
    if isinstance(shown, list):
        pictures += [path.read_bytes() for path in shown if isinstance(path, Path)]
    return printed.getvalue().strip(), pictures


def _figure(number: int) -> bytes:
    stream = io.BytesIO()
    pyplot.figure(number).savefig(stream, format="png", dpi=110)
    return stream.getvalue()


def main() -> None:
    """Render the examples of some names, or all."""
    sources = sorted((ROOT / "examples").glob("*.py"))
    for source in sources:
        if len(sys.argv) == 1 or source.stem in sys.argv[1:]:
            for old in PAGES.glob(f"{source.stem}_*.png"):
                old.unlink()
            print(render(source, PAGES))


if __name__ == "__main__":
    main()
