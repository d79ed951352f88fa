"""What a run found, in one small file for scripts and people: summary.json."""

import json
import math
from collections.abc import Mapping
from pathlib import Path

from anodex.models.errors import SetupError
from anodex.models.results.folder import ResultFolder
from anodex.models.results.observable import Observable
from anodex.models.results.versions import versions


def write_summary(
    folder: ResultFolder,
    case: str,
    system: str,
    observables: Mapping[str, Observable],
    wall_time: float,
) -> None:
    """Write summary.json with case title, system, versions, wall time [s] and observables;
    collective. JSON has no nan: it becomes null.
    """
    content = {
        "case": case,
        "system": system,
        "versions": versions(),
        "wall_time": wall_time,
        "observables": {
            name: {"value": _plain(found.value), "unit": found.unit}
            for name, found in observables.items()
        },
    }
    folder.write_text(
        folder.summary.name,
        json.dumps(content, indent=2, allow_nan=False, ensure_ascii=False) + "\n",
    )


def read_summary(path: Path) -> dict:
    """Content of a summary.json.

    Raises
    ------
    SetupError
        If the file is missing (the run has not finished) or damaged.
    """
    try:
        content = json.loads(Path(path).read_text(encoding="utf-8"))
        if not isinstance(content, dict) or "observables" not in content:
            raise ValueError("there are no observables in it")
        return content
    except FileNotFoundError:
        raise SetupError(
            f"there is no {path}: the run has not finished; go on with it by `anodex run CASE.toml "
            "--resume`"
        ) from None
    except (OSError, ValueError) as error:
        raise SetupError(f"cannot read {path}: {error}") from error


def _plain(value: float | str | None) -> float | str | None:
    if value is None or isinstance(value, str):
        return value
    return float(value) if math.isfinite(value) else None
