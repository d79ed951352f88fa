"""The current through the electrolyte and the film, on a mesh that moves."""

from typing import Literal

import numpy as np
import ufl
from dolfinx import fem

from anodex.meshes.tagged import TaggedMesh
from anodex.models.discrete.fields import constant, total
from anodex.models.discrete.surface import SurfaceNodes
from anodex.models.parts.conduction import LINEAR, Conduction, SolverChoices
from anodex.models.solve.nonlinear import NonlinearSolver

QUADRATURE_DEGREE = 6


class FilmedElectrolyte:
    """Conduction between an even current above and a film below, whose current is its conductance
    times the potential above its equilibrium.

    Parameters
    ----------
    tagged
        Mesh with the parts "front" and "top".
    nodes
        Those of the front.
    conductivity
        Of the electrolyte [pA/(V um)].
    linear_solver
        As of `SolverChoices`.

    Attributes
    ----------
    potential
        Of the electrolyte, the metal is zero [V].
    current_density
        That enters from above [A/m^2]; a `fem.Constant`.
    solves
        How often a current has been asked for; `solver.factorisations` counts the matrices.
    """

    def __init__(
        self,
        tagged: TaggedMesh,
        nodes: SurfaceNodes,
        conductivity: float,
        linear_solver: Literal["auto", "direct", "iterative"],
    ):
        mesh, space = tagged.mesh, nodes.space
        self._nodes, self.solves = nodes, 0
        self.potential = fem.Function(space, name="potential")
        self._conductance, self._equilibrium = fem.Function(space), fem.Function(space)
        self.current_density = constant(mesh, 0.0)
        ds = ufl.Measure(
            "ds",
            domain=mesh,
            subdomain_data=tagged.facets,
            metadata={"quadrature_degree": QUADRATURE_DEGREE},
        )
        test = ufl.TestFunction(space)
        through_film = self._conductance * (self.potential - self._equilibrium)
        self._through_film = fem.form(through_film * ds(tagged.tags["front"]))
        self._conduction = Conduction(
            tagged,
            conductivity,
            self.potential,
            held={},
            extra=through_film * test * ds(tagged.tags["front"])
            - self.current_density * test * ds(tagged.tags["top"]),
            quadrature_degree=QUADRATURE_DEGREE,
            choices=SolverChoices(
                "elastic_sei_conduction", linear_solver, options=LINEAR, keep_jacobian=True
            ),
        )

    @property
    def solver(self) -> NonlinearSolver:
        """That of the conduction."""
        return self._conduction.solver

    def place(self, conductance: np.ndarray) -> None:
        """Take the mesh where it is now, and a conductance [A/(m^2 V)] at the front's nodes, shape
        (nodes,).
        """
        self._nodes.spread(conductance, self._conductance)
        self.solver.renew_jacobian()

    def current(self, equilibrium: np.ndarray) -> np.ndarray:
        """Current density [A/m^2] into the metal at the front's nodes, for a potential [V] at which
        none flows, both of shape (nodes,); collective.
        """
        self._nodes.spread(equilibrium, self._equilibrium)
        self._conduction.solve()
        self.solves += 1
        potential = self._nodes.gather(self.potential)
        return self._nodes.gather(self._conductance) * (potential - equilibrium)

    def total(self) -> float:
        """Current through the film [pA/um of depth] in the last solution, on the mesh where it was
        found; collective.
        """
        return total(self.potential.function_space.mesh.comm, self._through_film)

    def destroy(self) -> None:
        """Free the PETSc objects; collective."""
        self._conduction.destroy()
