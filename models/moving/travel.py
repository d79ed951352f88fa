"""A front on its way: where it is, and how it has come there."""

from dataclasses import replace

import numpy as np

from anodex.models.moving.front import Front
from anodex.models.moving.steps import FrontStep

UNEVEN = 0.1  # of the lengths between nodes, over their mean, above which they slide along a front


class Travel:
    """Place and rate of a front, in numbers that a `State` advances.

    Parameters
    ----------
    front
        At the start.

    Attributes
    ----------
    numbers
        `front`, its nodes [um]; `rate`, their displacement in the last step over its length
        [um/s], both of shape (nodes, 2); `earlier_step`, that length [s], 0 where none counts.
    """

    def __init__(self, front: Front):
        self._front = replace(front, nodes=front.nodes.copy())
        self.numbers = {
            "front": front.nodes.copy(),
            "rate": np.zeros_like(front.nodes),
            "earlier_step": np.zeros(1),
        }

    @property
    def front(self) -> Front:
        """Where it is now."""
        nodes = self.numbers["front"]
        if not np.array_equal(self._front.nodes, nodes):  # what is known of one serves many times
            self._front = replace(self._front, nodes=nodes.copy())
        return self._front

    def step(self, length: float) -> FrontStep:
        """The next step, of some length [s]."""
        earlier = float(self.numbers["earlier_step"][0])
        return FrontStep(length, earlier, self.front, self.numbers["rate"])

    def take(self, step: FrontStep, end: Front) -> None:
        """Go where a step leads."""
        self.numbers["rate"][:] = (end.nodes - step.front.nodes) / step.length
        self.numbers["earlier_step"][:] = step.length
        self.numbers["front"][:] = end.nodes

    def halt(self) -> None:
        """Let the steps so far say nothing of the next one."""
        self.numbers["earlier_step"][:] = 0.0

    @property
    def uneven(self) -> bool:
        """Whether it is time for nodes to slide along the front."""
        lengths = np.diff(self.front.arc)
        return bool(np.ptp(lengths) > UNEVEN * lengths.mean())

    def even_out(self) -> tuple[Front, np.ndarray]:
        """Put the nodes at even distances along the front; gives the front before, and the arc
        lengths [um] along it where they come to lie, shape (nodes,).
        """
        front, even = self.front, self.front.evened()
        places = even.arc * (front.length / even.length)
        speed = np.sum(self.numbers["rate"] * front.normals, axis=1)
        self.numbers["rate"][:] = front.along(speed)(places)[:, None] * even.normals
        self.numbers["front"][:] = even.nodes
        return front, places
