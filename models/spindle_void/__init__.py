"""Spindle void in the porous sodium interphase."""

from anodex.models.spindle_void.benchmark import benchmark
from anodex.models.spindle_void.case import Case
from anodex.models.spindle_void.figures import plot
from anodex.models.spindle_void.run import build_mesh, run

__all__ = ["Case", "benchmark", "build_mesh", "plot", "run"]
