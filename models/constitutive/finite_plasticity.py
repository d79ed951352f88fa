"""Finite-strain elastoplasticity at quadrature points, in plane strain and axisymmetry.

F = Fe Fp with isotropic elasticity in the logarithmic strain ln Ve: the trial state is split into
principal directions, a yield law maps the three principal strains back to stresses, and the first
Piola-Kirchhoff stress with its consistent tangent goes to the form (Simo, Comput. Methods Appl.
Mech. Eng. 99 (1992) 61-112; Weber and Anand, ibid. 79 (1990) 173-202). Deformation gradients have
the five components 00, 01, 10, 11, 22 (`COMPONENTS`): the plane, and the hoop or the direction out
of the plane.
"""

from collections.abc import Sequence
from typing import NamedTuple

import basix.ufl
import numpy as np
import ufl
from dolfinx import fem
from dolfinx.mesh import Mesh

from anodex.models.constitutive.true_tensors import logarithmic_strain, matrices, true_stress
from anodex.models.constitutive.yield_laws import YieldLaw
from anodex.models.discrete.compat import interpolation_points
from anodex.models.discrete.tensors import component_functions

COMPONENTS = ((0, 0), (0, 1), (1, 0), (1, 1), (2, 2))
_NORMAL = np.array([0, 3, 4])  # places of the normal components among the five
VIRGIN_METRIC = (1.0, 0.0, 1.0, 1.0)
# Below this relative distance of two principal squares of stretch, the slope of the law is nearer
# than the quotient of differences.
EQUAL_STRETCHES = 1e-8


class FinitePlasticity:
    """Stress of elastoplastic materials, to be used in a residual form and updated before each
    assembly of it.

    The residual per reference volume is `inner(plasticity.stress, derivative of F in the direction
    of the test function)`. 3 x 3 Gauss points (degree 4 or 5) suit quadratic quadrilaterals; 2 x 2
    leave hourglass modes.

    Parameters
    ----------
    deformation_gradient
        F, 3 x 3 UFL expression of the unknown displacement, as from
        `laws.kinematics.deformation_gradient`.
    mesh
        Its mesh.
    laws
        (cells, yield law) for each material; ghosts belong among the cells. Cells in none of them
        carry no stress.
    quadrature_degree
        That of the form.

    Attributes
    ----------
    stress
        First Piola-Kirchhoff stress [MPa], 3 x 3, linearised at the last update and exact there:
        its derivative is the consistent tangent. Not a number where a cell is turned inside out or
        a law has no solution: the line search then takes a shorter step.
    plastic_metric
        Inverse of Fp^T Fp (components 00, 01, 11, 22) of the last accepted state, a quadrature
        function.
    internal
        The yield law's internal variable of the last accepted state.
    von_mises, pressure
        Of the true (Cauchy) stress of the last accepted state [MPa]; compression is positive
        pressure.
    """

    def __init__(
        self,
        deformation_gradient,
        mesh: Mesh,
        laws: Sequence[tuple[np.ndarray, YieldLaw]],
        quadrature_degree: int,
    ):
        def space(*shape):
            element = basix.ufl.quadrature_element(
                mesh.basix_cell(), value_shape=shape, degree=quadrature_degree
            )
            return fem.functionspace(mesh, element)

        scalar, vector = space(), space(5)
        self._gradient, self._stress, self._shown = (fem.Function(vector) for _ in range(3))
        self._tangent = fem.Function(space(5, 5))
        self.plastic_metric = fem.Function(space(4), name="plastic_metric")
        self.internal, self.von_mises, self.pressure = (
            fem.Function(scalar, name=name)
            for name in ("internal_variable", "von_mises", "pressure")
        )
        gradient = ufl.as_vector([deformation_gradient[component] for component in COMPONENTS])
        linearised = self._stress + ufl.dot(self._tangent, gradient - self._gradient)
        places = {component: place for place, component in enumerate(COMPONENTS)}
        self.stress = ufl.as_tensor(
            [
                [linearised[places[i, j]] if (i, j) in places else 0 for j in range(3)]
                for i in range(3)
            ]
        )

        self._laws = [
            (np.asarray(cells, np.int32), scalar.dofmap.list[cells].reshape(-1), law)
            for cells, law in laws
        ]
        self._expression = fem.Expression(gradient, interpolation_points(vector))
        _rows(self.plastic_metric)[:] = VIRGIN_METRIC
        for _, points, law in self._laws:
            self.internal.x.array[points] = law.initial_internal
        # by law: what `accept` makes of the last update
        self._found: list[tuple[np.ndarray | float, ...]] = [
            (0.0, 0.0, _rows(self.plastic_metric)[points], self.internal.x.array[points])
            for _, points, _ in self._laws
        ]

    def update(self) -> None:
        """Take stress and tangent from the present displacement and the last accepted state."""
        gradient, stress, tangent, metric = (
            _rows(f) for f in (self._gradient, self._stress, self._tangent, self.plastic_metric)
        )
        for number, (cells, points, law) in enumerate(self._laws):
            self._gradient.interpolate(self._expression, cells)
            found = respond(law, gradient[points], metric[points], self.internal.x.array[points])
            stress[points], tangent[points] = found.stress, found.tangent.reshape(-1, 25)
            self._found[number] = (*_invariants(found.cauchy), found.plastic_metric, found.internal)

    def accept(self) -> None:
        """Make what the last update found the state that the next step starts from."""
        metric = _rows(self.plastic_metric)
        for (_, points, _), found in zip(self._laws, self._found, strict=True):
            (
                self.von_mises.x.array[points],
                self.pressure.x.array[points],
                metric[points],
                self.internal.x.array[points],
            ) = found

    def tensors(self) -> dict[str, fem.Function]:
        """Components of true stress and logarithmic strain of the accepted state in the present
        displacement, at the quadrature points, by the names that files of fields give them.
        """
        gradient, metric = _rows(self._shown), _rows(self.plastic_metric)
        stress, strain = (np.zeros((len(gradient), 3, 3)) for _ in range(2))
        for cells, points, law in self._laws:
            self._shown.interpolate(self._expression, cells)
            found = respond(law, gradient[points], metric[points], self.internal.x.array[points])
            deformed = matrices(gradient[points], COMPONENTS)
            stress[points] = true_stress(deformed, matrices(found.stress, COMPONENTS))
            strain[points] = logarithmic_strain(deformed)
        space = self.internal.function_space
        return component_functions("stress [MPa]", stress, space) | component_functions(
            "strain [1]", strain, space
        )

    def state_functions(self) -> dict[str, fem.Function]:
        """What a checkpoint must hold: the accepted state, by name."""
        return {function.name: function for function in (self.plastic_metric, self.internal)}

    def get_state(self) -> list[np.ndarray]:
        """Copy of the accepted state."""
        return [function.x.array.copy() for function in self.state_functions().values()]

    def set_state(self, state: Sequence[np.ndarray]) -> None:
        """Go back to a state from `get_state`."""
        for function, values in zip(self.state_functions().values(), state, strict=True):
            function.x.array[:] = values


class Response(NamedTuple):
    """What a deformation does at points: arrays with the points first.

    `stress` (points, 5) is the first Piola-Kirchhoff stress [MPa], `tangent` (points, 5, 5) its
    derivative with respect to the deformation gradient, `cauchy` (points, 3) the principal true
    stresses [MPa]; `plastic_metric` (points, 4) and `internal` (points,) are the new state.
    """

    stress: np.ndarray
    tangent: np.ndarray
    cauchy: np.ndarray
    plastic_metric: np.ndarray
    internal: np.ndarray


def respond(
    law: YieldLaw, gradient: np.ndarray, plastic_metric: np.ndarray, internal: np.ndarray
) -> Response:
    """Stress, tangent and new state at points.

    Parameters
    ----------
    law
        Yield law of all the points.
    gradient
        Deformation gradients, shape (points, 5).
    plastic_metric
        Inverse of Fp^T Fp at the start of the step, components 00, 01, 11, 22, shape (points, 4).
    internal
        Internal variable at the start of the step, shape (points,).
    """
    plane: np.ndarray = gradient[:, :4].reshape(-1, 2, 2)
    hoop = gradient[:, 4]
    area = plane[:, 0, 0] * plane[:, 1, 1] - plane[:, 0, 1] * plane[:, 1, 0]
    possible = (area > 0) & (hoop > 0)
    # The identity stands in for what is turned inside out, until the stress there is set to not a
    # number.
    plane = np.where(possible[:, None, None], plane, np.eye(2))
    area, hoop = np.where(possible, area, 1.0), np.where(possible, hoop, 1.0)

    trial = plane @ plastic_metric[:, [0, 1, 1, 2]].reshape(-1, 2, 2) @ plane.swapaxes(1, 2)
    squares, directions = _principal(
        trial, area**2 * (plastic_metric[:, 0] * plastic_metric[:, 2] - plastic_metric[:, 1] ** 2)
    )
    squares = np.column_stack([squares, hoop**2 * plastic_metric[:, 3]])
    kirchhoff, slope, elastic_strain, new_internal = law.return_map(
        np.log(squares) / 2, internal, area * hoop
    )
    kirchhoff = np.where(possible[:, None], kirchhoff, np.nan)

    # Row (a, b) gives the component n_a . (dF F^-1 n_b) of the spatial velocity gradient in the
    # principal frame.
    adjugate = np.stack(
        [plane[:, 1, 1], -plane[:, 0, 1], -plane[:, 1, 0], plane[:, 0, 0]], axis=1
    ).reshape(-1, 2, 2)
    pulled = adjugate @ directions / area[:, None, None]  # columns F^-1 n_b
    frame = np.zeros((len(gradient), 5, 5))
    frame[:, :4, :4] = (
        directions.swapaxes(1, 2)[:, :, None, :, None] * pulled.swapaxes(1, 2)[:, None, :, None, :]
    ).reshape(-1, 4, 4)
    frame[:, 4, 4] = 1 / hoop

    spatial = np.zeros_like(frame)
    spatial[:, _NORMAL[:, None], _NORMAL] = slope
    spatial[:, _NORMAL, _NORMAL] -= kirchhoff
    spin = _spin_stiffness(squares, kirchhoff, slope)
    spatial[:, 1, 1], spatial[:, 2, 2] = spin * squares[:, 1], spin * squares[:, 0]
    spatial[:, 1, 2] = spatial[:, 2, 1] = spin * squares[:, 0] - kirchhoff[:, 0]

    elastic = np.exp(2 * elastic_strain)
    metric = (pulled * elastic[:, None, :2]) @ pulled.swapaxes(1, 2)
    return Response(
        stress=np.einsum("pa,pai->pi", kirchhoff, frame[:, _NORMAL]),
        tangent=frame.swapaxes(1, 2) @ spatial @ frame,
        cauchy=kirchhoff / (area * hoop)[:, None],
        plastic_metric=np.column_stack(
            [metric[:, 0, 0], metric[:, 0, 1], metric[:, 1, 1], elastic[:, 2] / hoop**2]
        ),
        internal=new_internal,
    )


def _principal(tensors: np.ndarray, determinants: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Eigenvalues, the larger first, and eigenvectors as columns of symmetric positive 2 x 2
    tensors, shape (points, 2, 2).
    """
    mean = (tensors[:, 0, 0] + tensors[:, 1, 1]) / 2
    difference, shear = (tensors[:, 0, 0] - tensors[:, 1, 1]) / 2, tensors[:, 0, 1]
    larger = mean + np.hypot(difference, shear)
    angle = np.arctan2(shear, difference) / 2
    cosine, sine = np.cos(angle), np.sin(angle)
    return np.column_stack([larger, determinants / larger]), np.stack(
        [cosine, -sine, sine, cosine], axis=1
    ).reshape(-1, 2, 2)


def _spin_stiffness(squares: np.ndarray, kirchhoff: np.ndarray, slope: np.ndarray) -> np.ndarray:
    """(tau_1 - tau_2) / (lambda_1^2 - lambda_2^2) and its limit for equal stretches: how stress
    turns with the principal frame.
    """
    distance = squares[:, 0] - squares[:, 1]
    equal = distance <= EQUAL_STRETCHES * squares[:, 0]
    limit = (slope[:, 0, 0] - slope[:, 0, 1] - slope[:, 1, 0] + slope[:, 1, 1]) / (
        4 * squares[:, 0]
    )
    return np.where(
        equal, limit, (kirchhoff[:, 0] - kirchhoff[:, 1]) / np.where(equal, 1.0, distance)
    )


def _invariants(principal: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Von Mises stress and pressure of principal stresses, shape (points, 3)."""
    pressure = -principal.mean(axis=1)
    deviator = principal + pressure[:, None]
    return np.sqrt(1.5 * np.einsum("pa,pa->p", deviator, deviator)), pressure


def _rows(function: fem.Function) -> np.ndarray:
    """Values of a quadrature function as a view, one row for each point."""
    return function.x.array.reshape(-1, function.function_space.dofmap.index_map_bs)
