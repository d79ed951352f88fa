"""Contoured lithium/electrolyte interface."""

from anodex.models.systems.contoured_interface.benchmark import benchmark
from anodex.models.systems.contoured_interface.case import Case
from anodex.models.systems.contoured_interface.pictures.plot import plot
from anodex.models.systems.contoured_interface.run import build_mesh, run

__all__ = ["Case", "benchmark", "build_mesh", "plot", "run"]
