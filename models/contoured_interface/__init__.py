"""Contoured lithium/electrolyte interface."""

from anodex.models.contoured_interface.benchmark import benchmark
from anodex.models.contoured_interface.case import Case
from anodex.models.contoured_interface.figures import plot
from anodex.models.contoured_interface.run import build_mesh, run

__all__ = ["Case", "benchmark", "build_mesh", "plot", "run"]
