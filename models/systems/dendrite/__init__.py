"""Dendrites in a porous electrolyte under pressure."""

from anodex.models.systems.dendrite.benchmark import benchmark
from anodex.models.systems.dendrite.case import Case
from anodex.models.systems.dendrite.pictures.plot import plot
from anodex.models.systems.dendrite.run import build_mesh, run

__all__ = ["Case", "benchmark", "build_mesh", "plot", "run"]
