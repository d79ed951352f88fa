"""Symmetric tensors component by component, as the files of fields show them: in a plane four
numbers instead of the nine of a whole tensor.
"""

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import ufl
from dolfinx import fem
from dolfinx.mesh import Mesh

from anodex.models.discrete.fields import VertexAverage

AXES = "xyz"
IN_PLANE = ((0, 0), (1, 1), (2, 2), (0, 1))  # the third axis is out of the plane, or the hoop
IN_SPACE = (*IN_PLANE, (0, 2), (1, 2))


def components(name: str, dimension: int) -> dict[str, tuple[int, int]]:
    """Places of the components that can differ from zero in a mesh of some dimension.

    `stress [MPa]` gives `stress_xx [MPa]` and so on.
    """
    stem, _, unit = name.partition(" ")
    places = IN_SPACE if dimension == 3 else IN_PLANE
    return {f"{stem}_{AXES[i]}{AXES[j]} {unit}": (i, j) for i, j in places}


def is_component(name: str) -> bool:
    """Whether an array is named like a component: `stress_xx [MPa]`."""
    return re.search(r"_[xyz]{2} \[", name) is not None


def component_functions(
    name: str, tensors: np.ndarray, space: fem.FunctionSpace
) -> dict[str, fem.Function]:
    """Components of tensors given at the dofs of a scalar space, shape (dofs, 3, 3)."""
    found = {}
    for component, (i, j) in components(name, space.mesh.geometry.dim).items():
        found[component] = fem.Function(space)
        found[component].x.array[:] = tensors[:, i, j]
    return found


class TensorAverages:
    """Components of tensors at vertices, averaged as by `VertexAverage`.

    Parameters
    ----------
    tensors
        `name [unit]` -> symmetric 3 x 3 UFL tensor.
    mesh, cells
        Where they live; ghosts may be among `cells`.
    """

    def __init__(self, tensors: Mapping[str, Any], mesh: Mesh, cells: np.ndarray):
        expressions = {
            component: tensor[place]
            for name, tensor in tensors.items()
            for component, place in components(name, mesh.geometry.dim).items()
        }
        self._average = VertexAverage(ufl.as_vector(list(expressions.values())), mesh, cells)
        spaces = map(self._average.space.sub, range(len(expressions)))
        collapsed = [space.collapse() for space in spaces]
        self._functions = {
            name: (fem.Function(space), dofs)
            for name, (space, dofs) in zip(expressions, collapsed, strict=True)
        }

    def __call__(self) -> dict[str, fem.Function]:
        """Averages now, the same first-order Lagrange functions at each call; collective."""
        values = self._average().x.array
        for function, dofs in self._functions.values():
            function.x.array[:] = values[dofs]
        return {name: function for name, (function, _) in self._functions.items()}
