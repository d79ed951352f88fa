"""The documentation leads where it says: links, headings, pictures, pages, modules, code."""

import re
from pathlib import Path
from runpy import run_path

import pytest

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = [*sorted(ROOT.glob("*.md")), *sorted(DOCS.glob("**/*.md"))]
SYSTEMS = sorted(path.parent.name for path in DOCS.glob("systems/*/model.md"))
LINK = re.compile(r"\]\(\s*<?([^)\s>]+)")
FENCED = re.compile(r"^(```|~~~).*?^\1", re.DOTALL | re.MULTILINE)
OUTSIDE = ("http://", "https://", "mailto:")
ROOMS = {name: name for name in ("cases", "meshes", "models", "scripts")}
ROOMS["verification"] = "tests/verification"
DOTTED = re.compile(rf"\banodex\.(?:{'|'.join(ROOMS)})(?:\.\w+)*")
FILE = re.compile(
    rf"`((?:(?:anodex|docs|tests|\.ci|{'|'.join(ROOMS)})/[\w./-]*)|[\w-]+\.py)`"  # in backticks
)
CODE_PAGE = re.compile(r"docs/[\w./-]+\.md")
LISTING = re.compile(r"^```python\n# (\S+\.py)\n(.*?)^```", re.DOTALL | re.MULTILINE)


def text_of(page: Path) -> str:
    """A page without its fenced code."""
    return FENCED.sub("", page.read_text(encoding="utf-8"))


def anchors(page: Path) -> set[str]:
    """What a link may add to a page: its headings, as web pages of repositories name them."""
    headings = re.findall(r"^#+ (.*)$", text_of(page), re.MULTILINE)
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings)
    return {heading.strip().replace(" ", "-") for heading in plain}


def broken_links(page: Path) -> list[str]:
    """Relative links of a page, outside fenced code, that lead nowhere."""
    broken = []
    for link in LINK.findall(text_of(page)):
        path, _, anchor = link.partition("#")
        target = page.parent / path if path else page
        if link.startswith(OUTSIDE):
            continue
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    return broken


def reachable(start: Path) -> set[Path]:
    """Pages to which links lead from a page, over any number of others."""
    found, left = set(), [start.resolve()]
    while left:
        page = left.pop()
        if page in found or page.suffix != ".md" or not page.exists():
            continue
        found.add(page)
        links = [link for link in LINK.findall(text_of(page)) if not link.startswith(OUTSIDE)]
        left += [(page.parent / link.partition("#")[0]).resolve() for link in links]
    return found


def missing_names(page: Path) -> list[str]:
    """Modules (`anodex.models.time`) and files (`models/time/march.py`) that do not exist."""
    text = page.read_text(encoding="utf-8")
    modules = [name for name in DOTTED.findall(text) if not module_exists(name)]
    files = [name for name in FILE.findall(text) if not file_exists(name)]
    return modules + files


def module_exists(name: str) -> bool:
    """Whether a dotted name is a package, a module, or something that a module defines."""
    _, room, *inner = name.split(".")
    path = ROOT.joinpath(ROOMS[room], *inner)
    if path.is_dir() or path.with_suffix(".py").exists():
        return True
    owner = path.parent.with_suffix(".py")
    return owner.exists() and bool(re.search(rf"\b{inner[-1]}\b", owner.read_text("utf-8")))


def file_exists(name: str) -> bool:
    """Whether a path exists; one without a folder may stand in any."""
    return (ROOT / name).exists() if "/" in name else any(ROOT.glob(f"[!.]*/**/{name}"))


def sections(page: Path) -> list[str]:
    """Second-level headings of a page."""
    return re.findall(r"^## (.*)$", text_of(page), re.MULTILINE)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    assert broken_links(page) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_modules_and_files_exist(page):
    if page.name != "CHANGELOG.md":  # it names what is gone
        assert missing_names(page) == []


def test_every_page_is_reachable():
    pages = {page.resolve() for page in DOCS.glob("**/*.md")}
    assert pages - reachable(DOCS / "index.md") == set()


def test_pages_that_code_names_exist():
    files = [path for room in ROOMS.values() for path in (ROOT / room).rglob("*.*")]
    files += [ROOT / "environment.yml", ROOT / "scripts" / "container"]
    read = [path for path in files if path.suffix in (".py", ".toml", ".yml", "")]
    named = {name for path in read for name in CODE_PAGE.findall(path.read_text("utf-8"))}
    assert "docs/how-to/install.md" in named
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_every_picture_is_shown():
    shown = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    assert [path.name for path in DOCS.glob("images/*.png") if path.name not in shown] == []


@pytest.mark.parametrize("kind", ["model", "verification", "study"])
def test_systems_have_the_same_headings(kind):
    found = {name: sections(DOCS / "systems" / name / f"{kind}.md") for name in SYSTEMS}
    assert all(headings == found[SYSTEMS[0]] for headings in found.values()), found


def test_code_shown_is_that_of_the_files():
    listings = [listing for page in PAGES for listing in LISTING.findall(page.read_text("utf-8"))]
    assert listings
    for path, code in listings:
        lines = iter((ROOT / path).read_text(encoding="utf-8").splitlines())
        wanted = [line for line in code.splitlines() if line.strip()]
        lost = [line for line in wanted if line not in lines]  # `in` goes on where it stopped
        assert not lost, f"{path} does not have, in this order: {lost[0]}"


def test_the_page_of_modules_is_that_of_the_docstrings():
    written = run_path(str(DOCS / "reference" / "write_api.py"))
    assert written["PAGE"].read_text(encoding="utf-8") == written["page"](), (
        "run `python3 docs/reference/write_api.py`"
    )


def test_the_pages_of_keys_and_quantities_are_those_of_the_code():
    for page, text in run_path(str(DOCS / "systems" / "write_tables.py"))["pages"]().items():
        assert page.read_text(encoding="utf-8") == text, (
            f"{page}: run `scripts/container python3 docs/systems/write_tables.py`"
        )


def test_what_is_wrong_is_found(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(
        "# Here\n[self](page.md#here) [web](https://fenicsproject.org)\n![no](missing.png) "
        "[no](<gone.md>)\n```\n[code](x)\n```\n[last](lost.md) [up](#there)\n"
        "`models/numerics/ties.py` anodex.models.numerics anodex.models.time.march.TimeRun"
        " anodex.models.time.march.Gone `models/time/march.py`"
    )
    assert broken_links(page) == ["missing.png", "gone.md", "lost.md", "#there"]
    assert missing_names(page) == [
        "anodex.models.numerics",
        "anodex.models.time.march.Gone",
        "models/numerics/ties.py",
    ]
    assert reachable(page) == {page}
