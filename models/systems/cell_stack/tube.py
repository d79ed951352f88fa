"""Powder and tube as bodies that yield at large strain, and the tube as a compliant wall for the
lithium that is pressed against it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import ufl
from dolfinx import fem

from anodex.meshes.tagged import TaggedMesh
from anodex.models.constitutive.finite_plasticity import FinitePlasticity
from anodex.models.constitutive.yield_laws import YieldLaw
from anodex.models.contact.boundary_curve import BoundaryCurve
from anodex.models.contact.wall_contact import WallContact
from anodex.models.contact.wall_pressure import Pressure, WallPressure
from anodex.models.discrete.fields import MixedFields, constant
from anodex.models.errors import ConvergenceError
from anodex.models.laws.kinematics import deformation_gradient, thickness
from anodex.models.solve.linear import DIRECT
from anodex.models.solve.nonlinear import DiscreteTerm, NonlinearSolver, SolveReport
from anodex.models.time.state import State

DIMENSION = "axisymmetric"
QUADRATURE_DEGREE = 5  # 3 x 3 Gauss points: 2 x 2 leave hourglass modes


@dataclass(frozen=True)
class ContactControl:
    """Penalty contact: a pressure [MPa] of `stiffness` [MPa/um] per penetration that sets in
    over `softening` [um].
    """

    stiffness: float = 300.0
    softening: float = 0.5
    points: int = 4  # between two neighbouring ends of cells, of either body


class PressedBodies:
    """Powder and tube, axisymmetric: displacement, history, internal forces and the contact between
    them.

    Parameters
    ----------
    tagged
        Mesh from `meshes.pressing.build_pressing`.
    tube, powder
        Yield laws; no powder for a tube alone.
    sleeve
        Whether a rigid sleeve holds the tube's outer surface.
    contact
        Of powder, wall and punch.
    rod_radius
        Of the rod that keeps the wall from coming in [um]; as the bore unless given.

    Attributes
    ----------
    punch
        Constant: axial place of the punch's face [um]; the rod behind it keeps the wall from coming
        in. The mid-plane without powder.
    wall, face
        Curves of the tube's inner surface and of the powder's pressed face (None without powder).
    state
        Displacement and what the points remember.
    virtual
        Test function of the displacement.
    residual
        Form of the internal forces and of those of the rod on the wall [uN].
    terms
        Contact, if there is powder.
    """

    def __init__(
        self,
        tagged: TaggedMesh,
        tube: YieldLaw,
        powder: YieldLaw | None = None,
        sleeve: bool = False,
        contact: ContactControl = ContactControl(),
        rod_radius: float | None = None,
    ):
        self.tagged, self.mesh = tagged, tagged.mesh
        space = fem.functionspace(self.mesh, ("Lagrange", 2, (2,)))
        self.fields = MixedFields(space, ("displacement",))
        self.displacement = fem.Function(space, name="displacement")
        self.virtual = ufl.TestFunction(space)
        self.position = ufl.SpatialCoordinate(self.mesh)
        self.place = self.position + self.displacement
        self._stiffness, self._softening = (
            constant(self.mesh, value) for value in (contact.stiffness, contact.softening)
        )
        self.weight = thickness(self.position, DIMENSION)
        metadata = {"quadrature_degree": QUADRATURE_DEGREE}
        self.inside = ufl.Measure("dx", self.mesh, subdomain_data=tagged.cells, metadata=metadata)
        self.outside = ufl.Measure("ds", self.mesh, subdomain_data=tagged.facets, metadata=metadata)

        self.gradient = deformation_gradient(self.displacement, self.position, DIMENSION)
        laws = [
            (tagged.cells.find(tagged.tags[name]), law)
            for name, law in (("powder", powder), ("tube", tube))
            if law is not None
        ]
        self.plasticity = FinitePlasticity(self.gradient, self.mesh, laws, QUADRATURE_DEGREE)
        # No step starts from the stresses, but a run that goes on shows them.
        shown = (self.plasticity.von_mises, self.plasticity.pressure)
        self.state = State(
            fields={"displacement": self.displacement, **self.plasticity.state_functions()},
            start_fields={function.name: function for function in shown},
        )
        virtual_gradient = ufl.derivative(self.gradient, self.displacement, self.virtual)
        self.residual = (
            ufl.inner(self.plasticity.stress, virtual_gradient) * self.weight * self.inside
        )

        held = [("midplane", 0), ("axis", 1)] + ([("outer", 1)] if sleeve else [])
        self.constraints = [
            self.fields.hold("displacement", self.facets(name), 1, component=axis)
            for name, axis in held
        ]
        self.wall = BoundaryCurve(self.displacement, self.facets("wall"))
        self.face: BoundaryCurve | None = None
        self.terms: list[WallContact] = []
        self.punch = constant(self.mesh, 0.0)
        if powder is not None:
            self.face = BoundaryCurve(self.displacement, self.facets("punch"))
            self.punch.value = self.face.places[0, 0]
            side = BoundaryCurve(self.displacement, self.facets("powder_side"))
            layout = self.displacement.x.petsc_vec
            self.terms = [
                WallContact(
                    side, self.wall, contact.stiffness, contact.softening, contact.points, layout
                )
            ]
        behind = ufl.conditional(ufl.gt(self.place[0], self.punch), 1.0, 0.0)
        rod = self.position[1] if rod_radius is None else constant(self.mesh, rod_radius)
        support = behind * self.penalty(rod - self.place[1])
        self.residual -= support * self.virtual[1] * self.weight * self.outside(tagged.tags["wall"])

    def penalty(self, penetration):
        """Pressure [MPa] of a penetration [um], UFL: linear, but set in smoothly."""
        inside = ufl.conditional(
            ufl.gt(penetration, self._softening),
            penetration - self._softening / 2,
            penetration**2 / (2 * self._softening),
        )
        return self._stiffness * ufl.conditional(ufl.gt(penetration, 0), inside, 0.0)

    def facets(self, name: str) -> np.ndarray:
        """Facets of a named part of the boundary on this rank."""
        return self.tagged.facets.find(self.tagged.tags[name])

    def solver(
        self,
        name: str,
        extra=None,
        constraints: Sequence[fem.DirichletBC] = (),
        terms: Sequence[DiscreteTerm] = (),
        **arguments,
    ) -> NonlinearSolver:
        """Solver for equilibrium under an extra form, constraints and terms; further arguments
        are those of `NonlinearSolver`.
        """
        return NonlinearSolver(
            self.residual if extra is None else self.residual + extra,
            self.displacement,
            [*self.constraints, *constraints],
            name=name,
            fields=self.fields,
            options=DIRECT,
            tolerance=1e-10,
            before_assembly=self.plasticity.update,
            terms=[*self.terms, *terms],
            **arguments,
        )

    def unknowns(self) -> int:
        """Number of the displacement's components at all nodes."""
        dofmap = self.displacement.function_space.dofmap
        return dofmap.index_map.size_global * dofmap.index_map_bs

    def bulge(self) -> float:
        """Largest radial displacement of the wall [um]; collective."""
        return float((self.wall.positions() - self.wall.places)[:, 1].max())

    def mean_face(self) -> float:
        """Axial place of the powder's pressed face [um], mean over its area; the mid-plane without
        powder; collective.
        """
        return 0.0 if self.face is None else disc_mean(*self.face.positions().T)

    def destroy(self) -> None:
        """Free the PETSc objects; collective."""
        for term in self.terms:
            term.destroy()


def disc_mean(values: np.ndarray, radii: np.ndarray) -> float:
    """Mean over the area of a disc of values given along its radius, in order; shapes (nodes,)."""
    return float(np.trapezoid(values * radii, radii) / np.trapezoid(radii, radii))


class CompliantWall:
    """The tube's wall under the pressure of lithium, from the history that compaction has left; the
    powder holds still.

    Contact with the powder stays: it props the wall up, and the lithium may lift the wall off it.
    Pressure acts on the present area.

    Parameters
    ----------
    bodies
        Tube, with the released powder or without powder.
    points
        Gauss points of the pressure on each cell's side.
    """

    def __init__(self, bodies: PressedBodies, points: int = 8):
        self.bodies = bodies
        space = bodies.displacement.function_space
        still = fem.Function(space)
        still.x.array[:] = bodies.displacement.x.array
        bodies.mesh.topology.create_connectivity(2, 2)
        powder = bodies.tagged.cells.find(bodies.tagged.tags["powder"])
        held = fem.dirichletbc(still, fem.locate_dofs_topological(space, 2, powder))
        self._load = WallPressure(bodies.wall, points, bodies.displacement.x.petsc_vec)
        self._start = self._accepted = bodies.wall.positions()
        # Where the tube yields, a Jacobian serves once.
        self._solver = bodies.solver(
            "compliant_wall", constraints=[held], terms=[self._load], keep_jacobian=False
        )
        # The first load may be next to nothing: what is left of a residual is judged by the forces
        # of 1 MPa.
        self._solver.scales["displacement"] = self._load.force_norm(np.ones_like)

    def press(self, pressure: Pressure) -> np.ndarray:
        """Radial displacement of the wall's nodes [um] since this object was made, shape (nodes,),
        on every rank; collective.

        The last accepted history is where every call starts from, so that several pressures may be
        tried in turn.

        Parameters
        ----------
        pressure
            From present axial places on the wall [um] to pressures [MPa], arrays of one shape.

        Raises
        ------
        ConvergenceError
            If the tube does not bear the pressure.
        """
        self._load.pressure = pressure
        try:
            self.report: SolveReport = self._solver.solve()
        except ConvergenceError as failure:
            # the last solution may be far from any tube
            most = float(np.max(pressure(self._accepted[:, 0])))
            raise ConvergenceError(
                f"The tube finds no equilibrium under lithium at up to {most:.4g} MPa. {failure}"
            ) from failure
        return (self.profile() - self._start)[:, 1]

    def radii_under(self, places: np.ndarray, pressures: np.ndarray) -> np.ndarray:
        """Radii of the wall's nodes [um] in equilibrium with pressures [MPa] at axial places [um],
        linear between them and none beyond; as of `press`.
        """
        self.press(lambda axial: np.interp(axial, places, pressures, left=0.0, right=0.0))
        return self.profile()[:, 1]

    def accept(self) -> None:
        """Make what the last pressure did to the tube part of its history."""
        self.bodies.plasticity.accept()
        self._accepted = self.profile()

    def profile(self) -> np.ndarray:
        """Present axial place and inner radius of the wall's nodes [um], in order along the
        axis, shape (nodes, 2); collective.
        """
        return self.bodies.wall.positions()

    def destroy(self) -> None:
        """Free the PETSc objects; collective."""
        self._solver.destroy()
        self._load.destroy()
