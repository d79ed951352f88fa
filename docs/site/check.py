"""Checks a finished site: `python docs/site/check.py build/site`.

Links and anchors lead somewhere, formulas were read, nothing comes from a network, notebooks have
the cells of the examples, and Chromium, where there is one, draws the pictures and formulas of some
pages, and the front page as it was when somebody looked at it.
"""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from runpy import run_path
from tempfile import TemporaryDirectory
from urllib.parse import unquote, urlsplit

sys.path.insert(0, str(Path(__file__).parent))

from notebooks import EXAMPLES, cells

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
WINDOW = "1100,1600"  # narrower than the text and both lists beside it
KEPT_WINDOW = "1100,760"  # of the front page, whose picture is kept
# Pages looked at, and what each must have.
SEEN = {
    "docs/index.html": "pictures",
    "docs/gallery.html": "pictures",
    "docs/systems/dendrite/model.html": "formulas",
    "docs/systems/cell_stack/study.html": "formulas",
}
# Measures a page when all of it is there: pictures and those that are not shown, formulas and those
# without height, how far the page is wider than its window [pixels].
PROBE = """<script>addEventListener("load", () => {
  const pictures = [...document.images], formulas = [...document.querySelectorAll("math")];
  const root = document.documentElement;
  document.title = JSON.stringify({
    pictures: pictures.length,
    unseen: pictures.filter((one) => !one.naturalWidth).length,
    formulas: formulas.length,
    flat: formulas.filter((one) => one.getBoundingClientRect().height < 5).length,
    beyond: root.scrollWidth - root.clientWidth,
  });
});</script>"""


class Page(HTMLParser):
    """What a page of the site names: its anchors, its links, and what a browser loads for it."""

    def __init__(self, path: Path):
        super().__init__()
        self.anchors: set[str] = set()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.unread: list[str] = []  # commands of LaTeX that are left in formulas
        self._in_formula = False
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Called by the parser for each element."""
        given = {name: value or "" for name, value in attrs}
        self.anchors |= {given[name] for name in ("id", "name") if name in given}
        self._in_formula |= tag == "math"
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        elif tag in ("img", "script", "link", "source", "iframe"):
            self.loaded += [given[name] for name in ("src", "href") if name in given]

    def handle_endtag(self, tag: str) -> None:
        """Called by the parser for the end of an element."""
        self._in_formula &= tag != "math"

    def handle_data(self, data: str) -> None:
        """Called by the parser for text."""
        if self._in_formula and "\\" in data:
            self.unread.append(data)


def mistakes(site: Path) -> Iterator[str]:
    """Links that lead nowhere, formulas that were not read, and what comes from a network."""
    pages = {path: Page(path) for path in sorted(site.rglob("*.html"))}
    if not pages:
        yield f"{site} holds no pages"
    for path, page in pages.items():
        where = path.relative_to(site)
        for command in page.unread:
            yield f"{where}: a formula has {command}, which MathML does not get"
        for address in page.loaded:
            if urlsplit(address).netloc:
                yield f"{where} loads {address} from a network"
        for address in {*page.links, *page.loaded}:
            parts = urlsplit(address)
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            anchor = unquote(parts.fragment)
            if not target.is_file():
                yield f"{where}: {address} leads nowhere"
            elif anchor and target in pages and anchor not in pages[target].anchors:
                yield f"{where}: {address} has no such anchor"


def wrong_notebooks(site: Path) -> Iterator[str]:
    """Examples without a notebook of Jupyter's format 4 that has their cells, and to which their
    page links.
    """
    for source in sorted(EXAMPLES.glob("*.py")):
        place = site / "docs" / "examples" / f"{source.stem}.ipynb"
        where = place.relative_to(site)
        if not place.is_file():
            yield f"{where} is missing"
            continue
        found = json.loads(place.read_text(encoding="utf-8"))
        if found.get("nbformat") != 4:
            yield f"{where} is no notebook of format 4"
            continue
        texts = [part["source"] for part in found["cells"] if part["cell_type"] == "code"]
        wanted = [text for prose, text in cells(source.read_text(encoding="utf-8")) if not prose]
        if ["".join(lines) for lines in texts] != wanted:
            yield f"{where} has other code than {source.name}"
        if place.name not in Page(place.with_suffix(".html")).links:
            yield f"{where} is not linked from the page of its example"


def browse(browser: str, page: Path, *options: str) -> str:
    """Show a page in a browser without network, and return what it prints."""
    shown = [browser, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
    shown += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    shown += ["--no-first-run", "--host-resolver-rules=MAP * ~NOTFOUND", f"--window-size={WINDOW}"]
    with TemporaryDirectory() as profile:
        shown += [f"--user-data-dir={profile}", *options, page.resolve().as_uri()]
        return subprocess.run(shown, capture_output=True, timeout=120).stdout.decode()


def measured(browser: str, page: Path) -> dict[str, int]:
    """What a browser makes of a page: that of `PROBE`."""
    copy = page.with_name("measured.html")
    copy.write_text(page.read_text(encoding="utf-8") + PROBE, encoding="utf-8")
    try:
        found = re.search(r"<title>(\{.*?\})</title>", browse(browser, copy, "--dump-dom"))
    finally:
        copy.unlink()
    return json.loads(found[1]) if found else {}


def look(site: Path) -> Iterator[str]:
    """Pages that a browser does not draw as it should, and a front page that is not as it was."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        print("SKIPPED: no Chromium here; no page was looked at")
        return
    for name, wanted in SEEN.items():
        found = measured(browser, site / name)
        print(name, found)
        if not found or found["unseen"] or found["flat"] or found["beyond"] > 0:
            yield f"{name} is not drawn as it should: {found}"
        elif not found[wanted]:
            yield f"{name} has no {wanted}"
    yield from changes(browser, site / next(iter(SEEN)))


def changes(browser: str, page: Path) -> Iterator[str]:
    """In what the front page differs from the picture of it that is kept."""
    seen = run_path(str(Path(__file__).parents[2] / "tests" / "scripts" / "seen.py"))
    picture = seen["FOUND"] / "site.png"
    picture.parent.mkdir(parents=True, exist_ok=True)
    browse(browser, page, f"--window-size={KEPT_WINDOW}", f"--screenshot={picture}")
    print(f"the front page as Chromium draws it: {picture}")
    yield from seen["differences"]("site")


def main() -> int:
    """Exit code 1, and a line for each, where something is wrong."""
    site = Path(sys.argv[1])
    wrong = [*mistakes(site), *wrong_notebooks(site), *look(site)]
    print(*wrong, sep="\n" if wrong else "")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
