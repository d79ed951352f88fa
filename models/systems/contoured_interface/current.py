"""Current through the electrolyte onto the contoured lithium: spaces, forms and boundary
conditions.
"""

import numpy as np
import ufl
from dolfinx import fem

from anodex.meshes.contour import period
from anodex.meshes.tagged import TaggedMesh
from anodex.models.discrete.fields import constant, total
from anodex.models.discrete.surface import SurfaceNodes, SurfaceProjection
from anodex.models.parts.conduction import Conduction, SolverChoices
from anodex.models.parts.surface_kinetics import SurfaceKinetics
from anodex.models.solve.nonlinear import SolveReport
from anodex.models.systems.contoured_interface.case import Case


class ElectrolyteCurrent:
    """Ohm's law in the electrolyte with charge transfer at the interface.

    Parameters
    ----------
    case
        The case.
    tagged
        Mesh of the electrolyte, with the parts "interface" and "top".

    Attributes
    ----------
    nodes
        The nodes on the interface.
    potential
        Potential [V] against that of the lithium, at no overpotential.
    current
        Current density [A/m^2] normal to the interface, positive when it plates, at the nodes of
        the interface.
    plan_area, area_ratio
        Area of the top [um^2; um in a plane], and that of the interface over it.
    """

    def __init__(self, case: Case, tagged: TaggedMesh):
        self.tagged, self.mesh = tagged, tagged.mesh
        mesh = tagged.mesh
        facets = tagged.facets.find(tagged.tags["interface"])
        self.nodes = SurfaceNodes(mesh, facets)
        space = self.nodes.space
        # for gradients; DOLFINx's own estimate on curved cells is twenty times dearer
        degree = 2 * space.ufl_element().degree
        # the second above a reference
        self.potential, self._above = fem.Function(space, name="potential"), fem.Function(space)
        outside = ufl.ds(
            mesh,
            subdomain_data=tagged.facets,
            metadata={"quadrature_degree": degree},
        )
        on_interface, on_top = outside(tagged.tags["interface"]), outside(tagged.tags["top"])
        one = constant(mesh, 1.0)
        self.plan_area = total(mesh.comm, fem.form(one * on_top))
        self._area = fem.form(one * on_interface)
        # current density [A/m^2] that enters at the top
        self._supplied = constant(mesh, np.nan)

        test = ufl.TestFunction(space)
        leaving, held = -self._supplied * test * on_top, {}
        law = case.kinetics.transfer()
        self._kinetics: SurfaceKinetics | None = None
        if law is None:
            self.current = fem.Function(space)
            held["interface"] = 0.0
        else:
            self._kinetics = SurfaceKinetics(law, case.kinetics.film_resistance, space)
            self.current = self._kinetics.current
            leaving += self._kinetics.expression(self._above) * test * on_interface
        self._conduction = Conduction(
            tagged,
            constant(mesh, case.electrolyte.conductivity),
            self._above,
            held,
            extra=leaving,
            period=period(case.contour),
            quadrature_degree=degree,
            choices=SolverChoices(
                "contoured_interface_current",
                # Steps are taken whole, as the kinetics holds back what overshoots; the next one
                # makes up for what a linear solver leaves.
                options={"snes_linesearch_type": "basic", "ksp_rtol": 1e-6},
                before_assembly=self._update,
                keep_jacobian=law is None or not law.curved,
            ),
        )
        self._collected = fem.form(self.current * on_interface)
        self._project = lambda: SurfaceProjection(space, facets, on_interface, period(case.contour))
        self.place()

    def place(self) -> None:
        """Take the mesh where it is now; the next solution begins anew; collective."""
        self.area_ratio = total(self.mesh.comm, self._area) / self.plan_area
        self._supplied.value = np.nan
        self._conduction.solver.renew_jacobian()
        if self._kinetics is None:
            self._projection = self._project()

    def solve(self, current_density: float, shift: np.ndarray | None = None) -> SolveReport:
        """Solve for a current density over the plan area [A/m^2].

        Parameters
        ----------
        shift
            Equilibrium potential [V] at the nodes of the interface, shape (nodes,); zero when left
            out. A surface at one potential does not feel it.

        Raises
        ------
        ConvergenceError
            When Newton's method finds no solution.
        """
        if self._kinetics is not None:
            self.nodes.spread(
                np.zeros(self.nodes.count) if shift is None else shift, self._kinetics.shift
            )
            if current_density != self._supplied.value:  # else the last solution is the best start
                self._above.x.array[:] = self._kinetics.begin(current_density / self.area_ratio)
        self._supplied.value = current_density
        # another load or shift, another size of the residual
        self._conduction.solver.scales["potential"] = 0.0
        report = self._conduction.solve()
        if self._kinetics is None:
            # The reaction at a held unknown is the current that enters there: a variational flux.
            moments = -self._conduction.solver.reactions()[self._projection.dofs]
            self._projection.solve(moments, self.current)
        self._set_potential()
        return report

    def get_state(self) -> tuple[np.ndarray, ...]:
        """The last solution, with its charge transfer where there is one."""
        transfer = () if self._kinetics is None else self._kinetics.get_state()
        return self._above.x.array.copy(), *transfer

    def set_state(self, state: tuple[np.ndarray, ...]) -> None:
        """Go back to a solution that `get_state` gave, at the same current density over the plan
        area.
        """
        self._above.x.array[:] = state[0]
        if self._kinetics is not None:
            self._kinetics.set_state(state[1:])
        self._set_potential()

    @property
    def current_density(self) -> float:
        """Over the plan area [A/m^2], of the last solution."""
        return float(self._supplied.value)

    def collected(self) -> float:
        """Current that the interface takes over the plan area [A/m^2]; collective."""
        return total(self.mesh.comm, self._collected) / self.plan_area

    def destroy(self) -> None:
        """Free the PETSc objects; collective."""
        self._conduction.destroy()

    def _set_potential(self) -> None:
        reference = self._kinetics.reference if self._kinetics else 0.0
        self.potential.x.array[:] = self._above.x.array + reference

    def _update(self) -> None:
        if self._kinetics is not None:
            self._kinetics.update(self._above)
