"""What a system remembers from step to step, said once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from dolfinx.fem import Function

Snapshot = dict[str, np.ndarray]  # name -> copy of the values of what the stepper advances
Numbers = np.ndarray | dict[str, float]  # changed in place


@dataclass(frozen=True)
class State:
    """Fields by name on any mesh, and numbers by name.

    The stepper takes snapshots of what it advances, goes back to them, and adds them up; a
    checkpoint holds all of it. Whoever computes changes the values in place.

    Attributes
    ----------
    fields, numbers
        What the rates of the problem act on: the stepper advances it.
    start_fields, start_numbers
        From where solutions start, and by what they are judged: another value changes results by
        no more than the solvers leave. A step that is taken back keeps the last.
    """

    fields: Mapping[str, Function] = field(default_factory=dict)
    numbers: Mapping[str, np.ndarray] = field(default_factory=dict)
    start_fields: Mapping[str, Function] = field(default_factory=dict)
    start_numbers: Mapping[str, Numbers] = field(default_factory=dict)

    def snapshot(self) -> Snapshot:
        """Copies of what is advanced."""
        return {name: values.copy() for name, values in self._advanced().items()}

    def restore(self, snapshot: Mapping[str, np.ndarray]) -> None:
        """Take back the values of a snapshot."""
        for name, values in self._advanced().items():
            values[:] = snapshot[name]

    def functions(self) -> dict[str, Function]:
        """All functions, for a checkpoint."""
        return {**self.fields, **self.start_fields}

    def stored_numbers(self) -> dict[str, Any]:
        """All numbers as JSON takes them, for a checkpoint: lists, or tables of numbers by name."""
        every = {**self.numbers, **self.start_numbers}
        return {
            name: dict(values) if isinstance(values, dict) else values.tolist()
            for name, values in every.items()
        }

    def take_numbers(self, stored: Mapping[str, Any]) -> None:
        """Take back what `stored_numbers` gave."""
        for name, values in {**self.numbers, **self.start_numbers}.items():
            if isinstance(values, dict):
                values.update(stored.get(name, {}))  # earlier versions knew fewer tables
            else:
                values[:] = stored[name]

    def _advanced(self) -> dict[str, np.ndarray]:
        return {name: function.x.array for name, function in self.fields.items()} | dict(
            self.numbers
        )
