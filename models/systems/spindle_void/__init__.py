"""Spindle void in the porous sodium interphase."""

from anodex.models.systems.spindle_void.benchmark import benchmark
from anodex.models.systems.spindle_void.case import Case
from anodex.models.systems.spindle_void.pictures.plot import plot
from anodex.models.systems.spindle_void.run import build_mesh, run

__all__ = ["Case", "benchmark", "build_mesh", "plot", "run"]
