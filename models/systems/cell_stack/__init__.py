"""Cell stack: compaction in a die, stacking, charge, and lithium creeping into the gap."""

from anodex.models.systems.cell_stack.benchmark import benchmark
from anodex.models.systems.cell_stack.case import Case
from anodex.models.systems.cell_stack.pictures.plot import plot
from anodex.models.systems.cell_stack.run import build_mesh, run

__all__ = ["Case", "benchmark", "build_mesh", "plot", "run"]
