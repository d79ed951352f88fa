"""How Sphinx makes a site of the pages; `.ci/run site` calls it (docs/develop/site.md).

Pages and links are taken as they are, links out of `docs` too: the source is the whole repository,
and files of code that a page links to become files of the site.
"""

import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))  # for mathml and notebooks

from notebooks import write_notebooks

project = "anodex"
author = copyright = "the anodex authors"
extensions = ["myst_parser", "mathml"]
root_doc = "docs/index"
include_patterns = ["docs/**", "*.md"]
exclude_patterns = ["**/__pycache__", "docs/site/static"]

myst_enable_extensions = ["dollarmath"]
myst_fence_as_directive = ["math"]
myst_heading_anchors = 4

html_theme = "furo"
html_title = "anodex"
html_static_path = ["static"]
html_css_files = ["wide.css"]
html_extra_path = ["root"]  # its index.html leads from the root of the site to the first page
html_math_renderer = "mathml"
html_copy_source = False
html_show_sphinx = False

# Sections of the index that list all pages, and the pages beside each system's model.
LISTS = ("Learn", "Do", "Systems", "Look up", "Develop")
BESIDE_MODEL = ("keys", "quantities", "verification", "study")
LINK = re.compile(r"\]\(([\w./-]+)\.md\)")


def contents(pages: list[str], caption: str = "") -> str:
    """A part of the list beside the pages. What no part holds is a warning, and so an error."""
    options = [":hidden:", *([f":caption: {caption}"] if caption else [])]
    return "\n".join(["", "```{toctree}", *options, "", *pages, "```", ""])


def list_pages(app, page: str, source: list[str]) -> None:
    """Add the lists of the index, of each model its other pages, and of each example its notebook,
    as Sphinx reads them.
    """
    if page == root_doc:
        for section in source[0].split("\n## ")[1:]:
            caption = section.partition("\n")[0]
            if caption in LISTS:
                links = dict.fromkeys(LINK.findall(section))
                pages = [link for link in links if not link.endswith(BESIDE_MODEL)]
                source[0] += contents(pages, caption)
        source[0] += contents(["README <../README>"], "Repository")
    elif page.startswith("docs/examples/"):
        name = f"{page.rpartition('/')[2]}.ipynb"
        link = f'<a href="{name}" download>{name}</a>'
        source[0] = source[0].replace("\n```python", f"\nAs a notebook: {link}\n\n```python", 1)
    elif page.endswith("/model"):
        source[0] += contents(list(BESIDE_MODEL))


def setup(app) -> None:
    """What Sphinx calls."""
    app.connect("source-read", list_pages)
    app.connect("build-finished", lambda app, failure: failure or write_notebooks(Path(app.outdir)))
