"""Dendrites in a porous electrolyte under pressure."""

from anodex.models.dendrite.benchmark import benchmark
from anodex.models.dendrite.case import Case
from anodex.models.dendrite.figures import plot
from anodex.models.dendrite.run import build_mesh, run

__all__ = ["Case", "benchmark", "build_mesh", "plot", "run"]
