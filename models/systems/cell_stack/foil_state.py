"""What acts on the lithium foil and what it does, at one instant."""

from dataclasses import dataclass

import numpy as np

from anodex.models.solve.nonlinear import SolveReport


@dataclass(frozen=True)
class HeldRod:
    """A rod that moves away from the pellet at a given velocity [um/s]; at zero, that of a rigid
    frame.
    """

    velocity: float = 0.0

    def pushes(self, velocity: float) -> bool:
        """Whether it meets lithium that moves it at a velocity when it has no force."""
        return velocity > self.velocity


@dataclass(frozen=True)
class PushedRod:
    """A rod that is pushed towards the pellet with the force + slope times its velocity away from
    it.

    Parameters
    ----------
    force
        [uN]; of half a pouch per um of depth [uN/um].
    slope
        [uN s/um]: of a spring its stiffness times the time step in which the velocity lasts, so
        that the force is that at its end.
    """

    force: float
    slope: float = 0.0

    def pushes(self, velocity: float) -> bool:
        """Whether it has a force where it moves at a velocity."""
        return self.force + self.slope * velocity > 0


@dataclass(frozen=True)
class FoilState:
    """Flow at an instant; in a pouch volumes are those of one half per um of depth.

    Attributes
    ----------
    rod_velocity
        Away from the pellet [um/s]: the rate of the foil's thickness.
    force
        With which rod and lithium push on each other [uN], never below zero.
    slack
        Whether the rod would have had to pull, and so moves as no force makes it.
    pellet_force, wall_drag
        Force with which the lithium pushes on the pellet, and with which it drags the wall away
        from it [uN]. They balance: `pellet_force` = `force` + `wall_drag`.
    plated, outflow, widening, swept
        Volumes in time [um^3/s]: in through the pellet; out through the front as seen from the
        pellet; that the wall and the rod make room for.
    growth
        Rate of the length of what is pressed out [um/s]: mean velocity of the front, in a die as
        seen from the rod.
    volume_error
        What is lost of `plated` = `outflow` + `widening` + that behind the rod, over the largest of
        them.
    wall_places, wall_pressure
        Distances from the pellet [um], and the pressure there [MPa] that opens the tube: the radial
        force on it over its area, linear between the places, with the same work as the force on all
        motions of the tube that are.
    report
        Iterations and residuals, summed over all solves that this took.
    """

    rod_velocity: float
    force: float
    slack: bool
    pellet_force: float
    wall_drag: float
    plated: float
    outflow: float
    widening: float
    swept: float
    growth: float
    volume_error: float
    wall_places: np.ndarray
    wall_pressure: np.ndarray
    report: SolveReport
