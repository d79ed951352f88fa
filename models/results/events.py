"""What happened when: events.csv, a row for each event of a finished run."""

from collections.abc import Mapping

import numpy as np

from anodex.models.results.folder import EVENTS, ResultFolder


def write_events(folder: ResultFolder, columns: Mapping[str, np.ndarray]) -> None:
    """Write events.csv, also where nothing has happened; collective.

    Parameters
    ----------
    columns
        `name [unit]` -> values, shape (events,).

    Raises
    ------
    SetupError
        If the file cannot be written.
    """
    rows = zip(*(values.tolist() for values in columns.values()), strict=True)
    lines = [",".join(columns), *(",".join(map(repr, row)) for row in rows)]
    folder.write_text(EVENTS, "\n".join(lines) + "\n")


def changes(times: np.ndarray, states: np.ndarray) -> dict[str, np.ndarray]:
    """When a state changed, as columns of a table of events: the row that shows it first, and the
    row before; what happens between two steps is known no better.

    Parameters
    ----------
    times
        Of the rows [s], shape (rows,).
    states
        1 or 0, shape (rows,); it is 0 before the first row.

    Returns
    -------
    `time [s]` and `earliest [s]`, and `row` of the history, each of shape (events,).
    """
    rows = np.flatnonzero(np.diff(states.astype(float), prepend=0.0))
    return {"time [s]": times[rows], "earliest [s]": times[np.maximum(rows - 1, 0)], "row": rows}
