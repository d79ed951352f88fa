"""Ions of a dilute salt around lithium, and the metal that they become."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import ufl
from dolfinx import fem

from anodex.models.discrete.fields import constant
from anodex.models.laws.constants import FARADAY, GAS
from anodex.models.laws.phase_field import clipped, interpolation
from anodex.models.systems.dendrite.case_tables import Interface

# Of storage and diffusivity of ions inside lithium, where there are none: their concentration stays
# a number. A third of it changed a front by 0.2 % before relaxation took ions; not measured since.
LEFT_OVER = 3e-3
# Ions that the relaxation of an interface may ask for, over those that diffusion brings across its
# width. With twice as many Newton's method often fails to share them out around a bump that
# is levelled; by default a front at c = 1 relaxes at a third of its rate.
MOST_ASKED_FOR = 16


def scarcity(metal_ratio: float, interface: Interface, diffusivity: float) -> float:
    """c below which the relaxation of an interface asks for more ions than it may beside a
    diffusivity [um^2/s].
    """
    asked_for = metal_ratio * interface.relaxation_rate * interface.width**2 / diffusivity
    return asked_for / MOST_ASKED_FOR


@dataclass(frozen=True)
class Ions:
    """A dilute salt in a field: d((1 - h) c + r h)/dt = div(D (1 - h) c (grad ln c + f grad phi)).

    c is the concentration of ions over that of the reservoir, and its logarithm the unknown: it
    stays positive. All that becomes lithium is taken from them, and what dissolves is given back,
    whether reaction, relaxation or stress has moved it.

    Parameters
    ----------
    diffusivity
        D outside lithium [um^2/s], UFL.
    potential
        phi [V].
    metal_ratio
        r: lithium per volume of metal over ions per volume of the reservoir.
    reservoir
        Facets where c = 1.
    scarcity
        c at which the relaxation of the interface is half of what it is with plenty of ions, as
        from `scarcity`: c/(c + scarcity).
    """

    diffusivity: Any
    potential: fem.Function
    metal_ratio: float
    reservoir: np.ndarray
    scarcity: float

    def content(self, phase: np.ndarray, logarithm: np.ndarray) -> np.ndarray:
        """Ions and metal per volume over those of the metal, (1 - h) c/r + h, from numbers."""
        return salt(phase, logarithm, np.exp) / self.metal_ratio + interpolation(phase)

    def balance(
        self, parts: Sequence[Any], test, old_content: fem.Function, step, kelvin, dx: ufl.Measure
    ) -> ufl.Form:
        """Of ions and metal in a stage, over those of the metal; contents are lumped at the
        vertices.

        Parameters
        ----------
        parts
            Phase field and logarithm of c, UFL.
        test
            Test function of the latter.
        old_content
            At the start of the stage.
        step, kelvin
            Length of the stage [s] and temperature [K], constants.
        dx
            Measure of the flux.
        """
        mesh = old_content.function_space.mesh
        lumped = ufl.dx(mesh, metadata={"quadrature_rule": "vertex", "quadrature_degree": 1})
        xi, logarithm = clipped(parts[0]), parts[1]
        force = ufl.grad(logarithm) + FARADAY / (GAS * kelvin) * ufl.grad(self.potential)
        mobile = salt(xi, logarithm, ufl.exp) / constant(mesh, self.metal_ratio)
        held = mobile + interpolation(xi)
        flux = -self.diffusivity * mobile * force
        return (held - old_content) * test * lumped - step * ufl.dot(flux, ufl.grad(test)) * dx


def salt(phase, logarithm, exp: Callable):
    """Ions per volume over the concentration in the reservoir, (1 - h) c; UFL or numbers,
    with their `exp`.
    """
    return (1 - interpolation(phase) + LEFT_OVER) * exp(logarithm)
