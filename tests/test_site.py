"""The site: its gallery is that of the pages, and its check finds what is wrong."""

from pathlib import Path
from runpy import run_path

import pytest

pytestmark = pytest.mark.serial

SITE = Path(__file__).parents[1] / "docs" / "site"
CHECK = run_path(str(SITE / "check.py"))


def test_the_gallery_is_that_of_the_pages():
    written = run_path(str(SITE / "write_gallery.py"))
    assert written["PAGE"].read_text(encoding="utf-8") == written["page"](), (
        "run `python3 docs/site/write_gallery.py`"
    )


def test_what_is_wrong_with_a_site_is_found(tmp_path):
    (tmp_path / "other.html").write_text('<p id="here">', encoding="utf-8")
    (tmp_path / "page.html").write_text(
        '<a href="other.html#here">a</a><a href="other.html#there">b</a><a href="gone.html">c</a>'
        '<a href="https://fenicsproject.org">d</a><script src="https://fenicsproject.org/x.js">'
        "</script><math><mi>\\foo</mi></math><p>\\foo</p>",
        encoding="utf-8",
    )
    assert sorted(CHECK["mistakes"](tmp_path)) == [
        "page.html loads https://fenicsproject.org/x.js from a network",
        "page.html: a formula has \\foo, which MathML does not get",
        "page.html: gone.html leads nowhere",
        "page.html: other.html#there has no such anchor",
    ]
    assert list(CHECK["mistakes"](tmp_path / "empty")) == [f"{tmp_path / 'empty'} holds no pages"]


def test_a_browser_finds_what_it_cannot_draw(tmp_path):
    browser = next(filter(None, map(CHECK["shutil"].which, CHECK["BROWSERS"])), None)
    if browser is None:
        pytest.skip("no Chromium here")
    page = tmp_path / "page.html"
    page.write_text(
        '<!doctype html><title>x</title><img src="gone.png"><math><mi>x</mi></math><math></math>'
        '<p style="width: 3000px">wide',
        encoding="utf-8",
    )
    found = CHECK["measured"](browser, page)
    assert found.pop("beyond") > 1000
    assert found == {"pictures": 1, "unseen": 1, "formulas": 2, "flat": 1}
