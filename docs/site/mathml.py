"""Formulas as MathML, which browsers draw by themselves: no script, and nothing from a network."""

from docutils.nodes import Element, SkipNode
from latex2mathml.converter import convert


def inline(writer, node: Element) -> None:
    """A formula within a line."""
    writer.body.append(convert(node.astext()))
    raise SkipNode


def block(writer, node: Element) -> None:
    """A formula with lines of its own."""
    writer.body.append(f'<div class="formula">{convert(node.astext(), display="block")}</div>')
    raise SkipNode


def setup(app) -> dict[str, bool]:
    """What Sphinx calls."""
    app.add_html_math_renderer("mathml", (inline, None), (block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
