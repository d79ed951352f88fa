"""Every relative link in the README and the documentation leads to a file."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("**/*.md"))]
LINK = re.compile(r"\]\(\s*<?([^)\s>]+)")
FENCED = re.compile(r"^(```|~~~).*?^\1", re.DOTALL | re.MULTILINE)
OUTSIDE = ("http://", "https://", "mailto:", "#")


def broken_links(page: Path) -> list[str]:
    """Relative links of a page, outside fenced code, that lead nowhere."""
    links = LINK.findall(FENCED.sub("", page.read_text()))
    return [
        link
        for link in links
        if not link.startswith(OUTSIDE) and not (page.parent / link.split("#")[0]).exists()
    ]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_relative_links_exist(page):
    assert broken_links(page) == []


def test_a_broken_link_is_found(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(
        "[self](page.md#top) [web](https://fenicsproject.org)\n![no](missing.png) "
        "[no](<gone.md>)\n```\n[code](x)\n```\n[last](lost.md)"
    )
    assert broken_links(page) == ["missing.png", "gone.md", "lost.md"]
