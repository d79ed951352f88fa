"""The void in a matrix that is damaged: what damage leaves of stress, and lets through of ions."""

from collections.abc import Callable

import numpy as np
import ufl
from dolfinx import fem

from anodex.meshes.tagged import TaggedMesh
from anodex.models.discrete.compat import geometry_dofmap, interpolation_points
from anodex.models.discrete.fields import MixedFields, constant, total
from anodex.models.laws.constants import FARADAY
from anodex.models.laws.damage import degradation, pressure_work
from anodex.models.solve.nonlinear import SolveReport
from anodex.models.systems.spindle_void.case import Case
from anodex.models.systems.spindle_void.problem import SpindleVoid
from anodex.models.time.state import Snapshot, State

ON_PLANE = 1e-9  # um from the plane of symmetry, of a node on it


class DamagedVoid(SpindleVoid):
    """The problem of a case at a given damage.

    The hydrostatic stress among the unknowns is that of the elastic strain, undamaged; it is
    degraded where it is used.

    Parameters
    ----------
    case, tagged, source, constraints
        As of the void at rest.

    Attributes
    ----------
    damage
        First-order function of the whole mesh, zero but in the matrix.
    given_current
        Current density on the surface of a void without cracks [A/m^2].
    lengthwise
        Whether the current changes the length of the void alone: faces of cracks then give none.
    excess
        By which share the cells of this mesh make cracks longer, and tougher.
    row
        Largest height of the cells beside the plane of symmetry where a crack may run [um].
    state
        Besides: `crack_charge` [pC/um], charge so far that the faces of the cracks have given, of
        the part that is modelled.
    """

    def __init__(
        self,
        case: Case,
        tagged: TaggedMesh,
        source: Callable[["SpindleVoid", dict], ufl.Form] | None = None,
        constraints: Callable[[MixedFields], list[fem.DirichletBC]] | None = None,
    ):
        self.crack_model = case.damage
        self.damage = fem.Function(fem.functionspace(tagged.mesh, ("Lagrange", 1)), name="damage")
        self.case = case
        mean, self.row = broken_row(tagged, *self.path_ends)
        self.excess = self.crack_model.excess(mean, half=True)
        # cracks run along the axis: their faces are across it
        self.lengthwise = (
            case.kinetics.law == "galvanostatic" and case.kinetics.distribution == "longitudinal"
        )
        share = 0.0 if self.lengthwise else 1 / (1 + self.excess)
        self._face_share = constant(tagged.mesh, share)
        self.given_current = 0.0
        # where the split says that damage takes the bulk modulus: 1, as for tension; else 0
        self._pulled = fem.Function(fem.functionspace(tagged.mesh, ("DG", 0)))
        self._pulled.x.array[:] = 1.0
        super().__init__(case, tagged, source, constraints)
        tension = ufl.conditional(ufl.gt(self.hydrostatic, 0.0), 1.0, 0.0)
        middles = interpolation_points(self._pulled.function_space)
        self._tension = fem.Expression(tension, middles)
        self.stress = self.left * self.deviator + self.felt_hydrostatic * ufl.Identity(3)
        self._face_area = fem.form(self.faces * self.weight * self.in_matrix)
        self._face_current = fem.form(self.face_current * self.faces * self.weight * self.in_matrix)
        self.state = State(
            fields=self.state.fields,
            numbers={**self.state.numbers, "crack_charge": np.zeros(1)},
            start_numbers=self.state.start_numbers,
        )

    @property
    def path_ends(self) -> tuple[float, float]:
        """Places along the axis between which a crack may run on this mesh [um]."""
        return self.case.geometry.length / 2, self.case.crack_end

    @property
    def left(self):
        """Share of the stiffness that is left, UFL."""
        return degradation(self.damage)

    @property
    def volume_left(self):
        """The same of the bulk modulus, UFL."""
        if self.case.cracks.split == "none":
            return self.left
        return 1 - self._pulled * (1 - self.left)

    @property
    def opened(self):
        """Share of a place that lets ions through as the electrolyte does, UFL."""
        return self.damage**2

    @property
    def faces(self):
        """Area of the faces of cracks in a volume [1/um], UFL: two of each crack."""
        return 2 * self._face_share * self.crack_model.surface_density(self.damage)

    @property
    def felt_hydrostatic(self):
        """That of the damaged matrix."""
        return self.volume_left * self.hydrostatic

    @property
    def ion_flux(self):
        """In the damaged matrix; stress moves the ions in what is not open alone."""
        faster = self.opened * (self.void_diffusivity - self.matrix_diffusivity)
        return super().ion_flux - faster * ufl.grad(self.concentration)

    @property
    def balanced_stress(self):
        """That of the damaged matrix."""
        return self.left * self.deviator + self.volume_left * self.mean_stress * ufl.Identity(3)

    @property
    def volume_law(self):
        """Where nothing is left there is nothing to hold."""
        return self.volume_left * super().volume_law

    @property
    def ohmic_conductivity(self):
        """Of the damaged matrix."""
        more = self.void_conductivity - self.matrix_conductivity
        return self.matrix_conductivity + self.opened * more

    @property
    def energy_parts(self) -> tuple:
        """Elastic energy densities [MPa] that damage takes and that it leaves, UFL.

        By strain alone: beside a broken row of cells the hydrostatic unknown reaches into whole
        ones, and an energy made with it can be negative there.
        """
        shear = ufl.inner(self.deviator, self.deviator) / (4 * self.shear)
        volume = self.bulk / 2 * self.elastic_volume_strain**2
        if self.case.cracks.split == "none":
            return shear + volume, 0 * volume
        return shear + self._pulled * volume, (1 - self._pulled) * volume

    @property
    def face_current(self):
        """Current density that leaves the metal on the faces of cracks [A/m^2], UFL."""
        return self.current if self.potential is None else self.transferred_current()

    def residual(self, test: dict) -> ufl.Form:
        """With faces of cracks that dissolve, and the pressure of the void in the cracks."""
        given = self.face_current * self.faces * self.weight
        w, v = test["concentration"], test["displacement"]
        form = super().residual(test)
        form -= self.stage * self.salt_share * given / FARADAY * w * self.in_matrix
        form += pressure_work(self.void_pressure, v, self.damage) * self.weight * self.in_matrix
        if self.potential is not None:
            form -= given * test["potential"] * self.in_matrix
        return form

    def face_area(self) -> float:
        """Of the faces of cracks in the part that is modelled [um^2 for each um]; collective."""
        return total(self.mesh.comm, self._face_area)

    def face_current_sum(self) -> float:
        """Current that they give [pA for each um]; collective."""
        return total(self.mesh.comm, self._face_current)

    def set_current(self, current_density: float) -> None:
        """As of the void at rest; the surface and the faces of cracks share what the surface
        would have alone. Collective.
        """
        super().set_current(current_density)
        self.given_current = current_density
        if self.potential is None:
            self.current.value *= self.area / (self.area + self.face_area())

    def solve_stage(self, time: float, step: float, old: Snapshot) -> SolveReport:
        """As of the void at rest; tells what the faces of cracks have given, too.

        Where the split of the energy asks for the sign of the stress, that is the one before: the
        stage stays linear, and passes bring it up to date.
        """
        if self.case.cracks.split != "none":
            self._pulled.interpolate(self._tension)
        report = super().solve_stage(time, step, old)
        charge = step * self.face_current_sum()
        ions = float(self.salt_share.value) * charge / FARADAY
        self.state.numbers["crack_charge"][:] = old["crack_charge"] + charge
        self.state.numbers["amounts"] += [ions, 0.0, abs(ions)]
        return report


def broken_row(tagged: TaggedMesh, start: float, end: float) -> tuple[float, float]:
    """Mean and largest height [um] of the cells with an edge on y = 0 between two places along x;
    collective.
    """
    mesh = tagged.mesh
    owned = mesh.topology.index_map(2).size_local
    corners = mesh.geometry.x[geometry_dofmap(mesh)[:owned, :3]]
    x, y = corners[..., 0], corners[..., 1]
    low = y < ON_PLANE
    beside = (low.sum(axis=1) == 2) & (x.min(axis=1) > start - ON_PLANE)
    beside &= x.max(axis=1) < end + ON_PLANE
    x, heights = x[beside], y[beside].max(axis=1)
    feet = np.where(low[beside], x, np.nan)
    lengths = np.nanmax(feet, axis=1) - np.nanmin(feet, axis=1) if len(x) else np.zeros(0)
    area, length = mesh.comm.allreduce(np.array([heights @ lengths, lengths.sum()]))
    return area / length, mesh.comm.allreduce(heights.max(initial=0.0), op=max)
