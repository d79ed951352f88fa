"""The site: its gallery is that of the pages, and its check finds what is wrong."""

import json
from pathlib import Path
from runpy import run_path

import pytest

pytestmark = pytest.mark.serial

SITE = Path(__file__).parents[1] / "docs" / "site"
NOTEBOOKS = run_path(str(SITE / "notebooks.py"))
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


@pytest.fixture
def pages(tmp_path):
    """A site that has the notebooks, and of each page the link to its own."""
    folder = tmp_path / "docs" / "examples"
    folder.mkdir(parents=True)
    NOTEBOOKS["write_notebooks"](tmp_path)
    for path in folder.glob("*.ipynb"):
        path.with_suffix(".html").write_text(f'<a href="{path.name}">', encoding="utf-8")
    return folder


def test_cells_of_a_script_are_those_of_its_notebook():
    made = json.loads(
        NOTEBOOKS["notebook"](
            "# %% [markdown]\n# # Title\n#\n# See [the\n# study](../systems/a/study.md#b).\n\n"
            "# %%\nx = 1\n\nprint(x)\n"
        )
    )
    prose, code = made["cells"]
    assert prose["cell_type"] == "markdown" and code["cell_type"] == "code"
    assert "".join(prose["source"]) == "# Title\n\nSee the\nstudy (`docs/systems/a/study.md`)."
    assert code["source"] == ["x = 1\n", "\n", "print(x)"] and code["outputs"] == []
    assert made["nbformat"] == 4


def test_every_example_has_its_notebook(pages):
    assert list(CHECK["wrong_notebooks"](pages.parents[1])) == []
    texts = [path.read_text(encoding="utf-8") for path in pages.glob("*.ipynb")]
    assert len(texts) == len(list(NOTEBOOKS["EXAMPLES"].glob("*.py")))
    assert not any("](../" in text for text in texts)


def test_notebooks_are_what_jupyter_reads(pages):
    nbformat = pytest.importorskip("nbformat")
    for path in pages.glob("*.ipynb"):
        nbformat.validate(nbformat.read(path, as_version=4))


def test_what_is_wrong_with_a_notebook_is_found(pages):
    first, second, third, fourth = sorted(pages.glob("*.ipynb"))[:4]
    first.unlink()
    second.write_text("{}", encoding="utf-8")
    third.write_text(third.read_text(encoding="utf-8").replace("import anodex", "import os"))
    fourth.with_suffix(".html").write_text("", encoding="utf-8")
    assert list(CHECK["wrong_notebooks"](pages.parents[1])) == [
        f"docs/examples/{first.name} is missing",
        f"docs/examples/{second.name} is no notebook of format 4",
        f"docs/examples/{third.name} has other code than {third.stem}.py",
        f"docs/examples/{fourth.name} is not linked from the page of its example",
    ]


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
