"""What a run that goes on finds in its folder: the newest state that all files agree on."""

import logging
from pathlib import Path

from anodex.models.errors import SetupError
from anodex.models.results.checkpoint_head import FormatError, read_checkpoint_head
from anodex.models.results.folder import ResultFolder
from anodex.models.results.history import marked_text

log = logging.getLogger("anodex")


def recover(folder: ResultFolder) -> bool:
    """Make the folder's checkpoint the newest one that is whole and whose rows the history holds;
    on one rank.

    What a kill has left half written goes; a damaged checkpoint is moved aside with a warning.

    Returns
    -------
    Whether there is one; without any, a run was killed before its first, and begins again.

    Raises
    ------
    SetupError
        If there are checkpoints, but none that fits: names the damaged file; or if one is of
        another format.
    """
    for half in folder.path.rglob(".part-*"):
        half.unlink()
    problems: list[str] = []
    for path in (folder.checkpoint, folder.previous_checkpoint):
        if not path.exists():
            continue
        try:
            _agree(path, folder.history)
        except FormatError:
            raise  # whole, so the one before is no better
        except SetupError as error:
            problems.append(str(error))
            continue
        if path != folder.checkpoint:
            _step_back(folder, problems)
        return True
    if problems:
        raise SetupError(
            f"cannot resume: {problems[0]}; put back a copy of the file, or run again into another "
            "folder"
        )
    return False


def time_reached(folder: Path) -> float:
    """Time [s] of the newest whole checkpoint of a folder, 0 without one; serial."""
    times = [0.0]
    for path in (folder / "checkpoint.h5", folder / "previous-checkpoint.h5"):
        if path.exists():
            try:
                times.append(float(read_checkpoint_head(path)["scalars"]["time"]))
            except SetupError:
                continue
    return max(times)


def _agree(path: Path, history: Path) -> None:
    """Refuse a checkpoint that is damaged, or does not fit the history."""
    numbers = read_checkpoint_head(path)["scalars"]
    if "history" in numbers:  # systems of other packages may keep none
        marked_text(history, numbers["history"])


def _step_back(folder: ResultFolder, problems: list[str]) -> None:
    reason = problems[0] if problems else f"{folder.checkpoint} is missing"
    if folder.checkpoint.exists():
        folder.checkpoint.replace(folder.path / f"damaged-{folder.checkpoint.name}")
    folder.previous_checkpoint.replace(folder.checkpoint)
    log.warning("%s; the run goes on from the checkpoint before it", reason)
