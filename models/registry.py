"""The systems that the suite knows; each is imported only when it is used."""

import importlib
from types import ModuleType

TITLES = {
    "spindle_void": "void in the porous sodium interphase: coupled diffusion and deformation",
    "contoured_interface": "contoured lithium/electrolyte interface: current, lithium flow, "
    "critical current",
    "cell_stack": "cell stack: powder compaction in a die, stacking, charge, lithium creeping into "
    "the gap",
    "dendrite": "dendrites in a porous electrolyte under pressure: phase field, charge, elasticity",
}


def load(name: str) -> ModuleType:
    """Module of system `name` with `Case`, `build_mesh`, `run`, `plot` and `benchmark`."""
    return importlib.import_module(f"anodex.models.systems.{name}")


def load_checks(name: str) -> list:
    """The exact-solution checks of system `name`, a list of `anodex.verification.check.Check`."""
    return importlib.import_module(f"anodex.verification.{name}").CHECKS
