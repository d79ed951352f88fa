"""Energy release rate and stress intensity at the tip of the void."""

import numpy as np
import ufl
from dolfinx import fem

from anodex.models.discrete.fields import total
from anodex.models.laws.elasticity import elastic_energy_density
from anodex.models.laws.fracture import eigenstrain_release, energy_release, face_release
from anodex.models.systems.spindle_void.problem import SpindleVoid

# inner radii of the rings, in units of the smallest; each ring is as wide as its inner radius
RINGS = (1.0, 1.5, 2.0)


class TipEnergyRelease:
    """Domain integrals over three rings around the tip.

    Parameters
    ----------
    problem
        The system; it is only read.
    tip
        Position of the tip [um], shape (3,).

    Notes ----- The smallest ring starts at two tip radii and not beyond an eighth of the length:
    outside the rounded part, inside the field that the tip rules.
    """

    def __init__(self, problem: SpindleVoid, tip: np.ndarray):
        geometry = problem.case.geometry
        self.problem = problem
        smallest = geometry.length / 8
        if geometry.effective_tip_radius > 0:
            smallest = min(smallest, 2 * geometry.effective_tip_radius)
        dim = problem.mesh.geometry.dim
        space = fem.functionspace(problem.mesh, ("Lagrange", 2))
        full = problem.deviator + problem.hydrostatic * ufl.Identity(3)
        stress = ufl.as_tensor([[full[i, j] for j in range(dim)] for i in range(dim)])
        density = elastic_energy_density(
            problem.deviator, problem.hydrostatic, problem.shear, problem.bulk
        )
        along = ufl.as_vector([1.0] + [0.0] * (dim - 1))
        self.forms = []
        for factor in RINGS:
            plateau = fem.Function(space)
            inner = factor * smallest

            def ring(x, inner=inner):
                part = np.clip(
                    (2 * inner - np.linalg.norm(x[:dim].T - tip[:dim], axis=1)) / inner, 0.0, 1.0
                )
                return part**2 * (3 - 2 * part)

            plateau.interpolate(ring)
            velocity = plateau * along
            inside = energy_release(stress, problem.displacement, density, velocity)
            inside += eigenstrain_release(
                problem.hydrostatic, problem.chemical_volume_strain, velocity
            )
            side = problem.surface_side
            faces = face_release(
                problem.void_pressure,
                side(problem.displacement),
                problem.surface_normal,
                side(ufl.grad(velocity)),
            )
            form = (
                inside * problem.weight * problem.in_matrix
                + faces * problem.weight_on_surface * problem.on_surface
            )
            self.forms.append(fem.form(form))
        # The mesh holds one of the mirror images of the tip region: half of it in a plane, all of
        # it in axisymmetry, a quarter in 3-D.
        self.images = {"plane-strain": 2, "axisymmetric": 1, "3d": 4}[problem.dimension]

    def __call__(self) -> tuple[float, float, float, float]:
        """Energy release rate [J/m^2], its spread over the rings over its size, force on the tip
        [uN], stress intensity [MPa m^0.5].

        Rate and intensity belong to a crack front and are nan for the point-like tip of a body of
        revolution; the force is nan in a plane. All are nan with creep, whose dissipation leaves no
        elastic energy balance.
        """
        problem = self.problem
        if problem.case.matrix.creep != "none":
            return np.nan, np.nan, np.nan, np.nan
        rings = np.array([self.images * total(problem.mesh.comm, form) for form in self.forms])
        mean = float(rings.mean())
        spread = float(np.ptp(rings) / abs(mean)) if mean else 0.0
        if problem.dimension != "plane-strain":
            return np.nan, spread, mean, np.nan
        matrix = problem.case.matrix
        # um^0.5 -> m^0.5
        intensity = (
            np.sqrt(max(mean, 0.0) * matrix.young_modulus / (1 - matrix.poisson_ratio**2)) * 1e-3
        )
        return mean, spread, np.nan, float(intensity)
