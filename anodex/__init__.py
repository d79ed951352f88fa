"""Open FEniCSx multiphysics suite for alkali-metal anodes.

    import anodex
    result = anodex.run("spindle_void", {"geometry.length": "90 um"})
    result["peak_tip_von_mises"]

Each name below is loaded when it is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from anodex.local_settings import ignore_local_settings

if TYPE_CHECKING:
    from anodex.models.results.result import Result
    from anodex.runs import case, open_result, run
    from anodex.sweeps import sweep

    __version__: str

__all__ = ["Result", "__version__", "case", "open_result", "run", "sweep"]

_PLACES = {
    "Result": "anodex.models.results.result",
    "case": "anodex.runs",
    "open_result": "anodex.runs",
    "run": "anodex.runs",
    "sweep": "anodex.sweeps",
}

# Before any library is loaded that would read settings of the current folder.
ignore_local_settings()


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        found: Any = version("anodex")
    elif name in _PLACES:
        found = getattr(import_module(_PLACES[name]), name)
    else:
        raise AttributeError(f"module 'anodex' has no attribute '{name}'")
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return list(__all__)
