"""Coupled diffusion and deformation around an electrolyte-filled void: spaces, forms and boundary
conditions.

Unknowns, on one mixed element: concentration c (everywhere), displacement u and hydrostatic stress
s (matrix only), with Butler-Volmer kinetics also the electrolyte potential phi (everywhere).
docs/spindle_void.md derives the equations.
"""

from collections.abc import Callable

import basix.ufl
import numpy as np
import ufl
from dolfinx import fem

from anodex.meshes.tagged import TaggedMesh
from anodex.models.constitutive.creep import creep_model
from anodex.models.discrete.fields import MixedFields, held_dofs, total
from anodex.models.laws.constants import FARADAY, GAS
from anodex.models.laws.diffusion import bruggeman, stress_driven_flux
from anodex.models.laws.elasticity import bulk_modulus, shear_modulus
from anodex.models.laws.kinematics import strain, thickness
from anodex.models.laws.kinetics import butler_volmer, stress_shift
from anodex.models.solve.linear import solver_options
from anodex.models.solve.nonlinear import NonlinearSolver, SolveReport
from anodex.models.systems.spindle_void.case import Case

TYPICAL_STRAIN = 1e-3
# exact for strain times strain of second-order displacements on straight cells
QUADRATURE_DEGREE = 4


class SpindleVoid:
    """The system in the form that the time stepper asks for (`anodex.models.time.stepping.Model`).

    Parameters
    ----------
    case
        The case.
    tagged
        Mesh with the parts "matrix", "void_surface", "symmetry_*" and "outer_*"; without the part
        "void" the void's surface bounds the mesh.
    source
        Gets this object and the test functions by field name and returns a form that is taken from
        the residual: loads of a manufactured solution.
    constraints
        Dirichlet conditions instead of those that the case asks for; gets `fields`.
    """

    def __init__(
        self,
        case: Case,
        tagged: TaggedMesh,
        source: Callable[["SpindleVoid", dict], ufl.Form] | None = None,
        constraints: Callable[[MixedFields], list[fem.DirichletBC]] | None = None,
    ):
        self.case, self.tagged, self.mesh = case, tagged, tagged.mesh
        self.dimension = case.geometry.dimension
        mesh, cell = self.mesh, self.mesh.basix_cell()
        first, second = (basix.ufl.element("Lagrange", cell, degree) for degree in (1, 2))
        vector = basix.ufl.element("Lagrange", cell, 2, shape=(mesh.geometry.dim,))
        names = ("concentration", "displacement", "hydrostatic_stress")
        elements = [first, vector, first]
        if case.kinetics.law == "butler-volmer":
            names, elements = (*names, "potential"), [*elements, second]
        self.fields = MixedFields(fem.functionspace(mesh, basix.ufl.mixed_element(elements)), names)
        self.matrix_cells = tagged.cells.find(tagged.tags["matrix"])

        self.unknown = fem.Function(self.fields.space, name="state")
        self.old = fem.Function(self.fields.space, name="old")
        parts = dict(zip(names, ufl.split(self.unknown), strict=True))
        self.concentration, self.displacement, self.hydrostatic = (
            parts[name] for name in names[:3]
        )
        self.potential = parts.get("potential")
        position = ufl.SpatialCoordinate(mesh)
        self.weight = ufl.as_ufl(thickness(position, self.dimension))
        self._constants()
        self._measures()

        self.strain = strain(self.displacement, position, self.dimension)
        self.chemical_volume_strain = self.molar_volume * (self.concentration - self.reference)
        self.creep = creep_model(
            case.matrix.creep,
            strain=self.strain,
            shear=self.shear,
            stage=self.stage,
            mesh=mesh,
            cells=self.matrix_cells,
            quadrature_degree=QUADRATURE_DEGREE,
            prefactor=case.matrix.creep_prefactor,
            exponent=case.matrix.creep_exponent,
        )
        self.deviator = self.creep.deviator
        # The part 2G/3 of the bulk modulus acts through the displacement, the rest through the
        # hydrostatic stress: the displacement block of the Jacobian is then 2G eps:eps, which
        # multigrid likes, and the scheme stays free of locking as nu goes to one half.
        self.split = 2 * self.shear / (3 * self.bulk)
        self.elastic_volume_strain = ufl.tr(self.strain) - self.chemical_volume_strain
        self.mean_stress = (
            self.split * self.bulk * self.elastic_volume_strain
            + (1 - self.split) * self.hydrostatic
        )
        # For pictures and numbers, where stress is evaluated at vertices.
        self.stress = self.creep.vertex_deviator + self.hydrostatic * ufl.Identity(3)

        self.unknown.x.array[self.fields.maps["concentration"]] = case.electrolyte.concentration
        self.old.x.array[:] = self.unknown.x.array
        self.area = total(mesh.comm, fem.form(self.weight_on_surface * self.on_surface))
        if self.potential is not None:
            self.reservoir_area = total(
                mesh.comm, fem.form(self.weight * self.on_outer[case.loading.reservoir])
            )
        self._injected = fem.form(
            self.stage
            * self.salt_share
            * self.surface_current()
            / FARADAY
            * self.weight_on_surface
            * self.on_surface
        )
        # Ions that the surface has given and that the reservoir has taken so far, and the sum of
        # what went either way [amol].
        self.amounts = np.zeros(3)
        held = self._constraints() if constraints is None else constraints(self.fields)
        self.held = held_dofs(held, self.fields)
        # Test functions in these units bring the residuals of all fields to about one size, without
        # changing their zero.
        sizes = (
            self.reference,
            self.young * TYPICAL_STRAIN,
            TYPICAL_STRAIN,
            self.void_conductivity * GAS * self.temperature / FARADAY,
        )
        tests = {
            name: test / size
            for name, test, size in zip(
                names, ufl.TestFunctions(self.fields.space), sizes, strict=False
            )
        }
        residual = self._residual(tests)
        self.solver = NonlinearSolver(
            residual if source is None else residual - source(self, tests),
            self.unknown,
            held,
            name="spindle_void",
            fields=self.fields,
            options=solver_options(case.numerics.linear_solver, self.fields),
            before_assembly=self.creep.update,
        )

    # The stepper's side

    def get_state(self) -> list[np.ndarray]:
        return [self.unknown.x.array.copy(), self.creep.strain.x.array.copy(), self.amounts.copy()]

    def set_state(self, state) -> None:
        self.unknown.x.array[:], self.creep.strain.x.array[:], self.amounts[:] = state

    def solve_stage(self, time: float, step: float, old) -> SolveReport:
        """Solve for the state at the end of a stage of length `step` [s] that starts from `old`;
        a zero step finds equilibrium.
        """
        self.time.value, self.stage.value = time, step
        self.old.x.array[:], self.creep.old.x.array[:], amounts = old
        self.report = self.solver.solve()
        self.creep.accept()
        self.amounts[:] = amounts + self._stage_amounts()
        return self.report

    def error(self, difference) -> float:
        """Error estimate over what the case allows: largest error of the concentration, and of
        the creep strain where there is any.
        """
        concentration = (
            np.abs(difference[0][self.fields.maps["concentration"]]).max(initial=0.0)
            / self.case.electrolyte.concentration
        )
        worst = max(concentration, self.creep.error(difference[1]))
        return self.mesh.comm.allreduce(worst, op=max) / self.case.numerics.step_tolerance

    def _stage_amounts(self) -> np.ndarray:
        """What the last stage adds to `amounts`: the surface source, and the reaction that holds
        the reservoir's concentration.
        """
        comm = self.mesh.comm
        injected = total(comm, self._injected)
        reaction = comm.allreduce(
            float(np.sum(self.solver.reactions()[self.held["concentration"]]))
        )
        taken = -float(self.reference.value) * reaction
        return np.array([injected, taken, abs(injected) + abs(taken)])

    def state_functions(self) -> dict[str, fem.Function]:
        """The functions that a checkpoint must hold."""
        return {"state": self.unknown} | (
            {"creep_strain": self.creep.strain} if self.case.matrix.creep != "none" else {}
        )

    def size(self) -> tuple[int, int]:
        """Numbers of cells and of unknowns."""
        return self.mesh.topology.index_map(
            self.mesh.topology.dim
        ).size_global, self.fields.space.dofmap.index_map.size_global

    def displacement_dofs(self, axis: int) -> np.ndarray:
        """Owned dofs of one component of the displacement."""
        own = self.fields.maps["displacement"][axis :: self.mesh.geometry.dim]
        return own[own < self.fields.space.dofmap.index_map.size_local]

    def set_current(self, current_density: float) -> None:
        """Mean current density on the void's surface [A/m^2], positive when sodium dissolves."""
        self.current.value = current_density
        if self.potential is not None:
            self.counter_current.value = current_density * self.area / self.reservoir_area

    # Forms

    def _constants(self) -> None:
        case = self.case
        matrix, electrolyte, kinetics, loading = (
            case.matrix,
            case.electrolyte,
            case.kinetics,
            case.loading,
        )

        # Constants, not numbers, in the forms: another value in the case file compiles nothing
        # anew.
        def constant(value: float) -> fem.Constant:
            return fem.Constant(self.mesh, float(value))

        self.time, self.stage, self.current, self.counter_current = (
            constant(0.0) for _ in range(4)
        )
        self.young = constant(matrix.young_modulus)
        self.shear = constant(shear_modulus(matrix.young_modulus, matrix.poisson_ratio))
        self.bulk = constant(bulk_modulus(matrix.young_modulus, matrix.poisson_ratio))
        self.molar_volume = constant(matrix.partial_molar_volume)
        self.porosity = constant(matrix.porosity)
        self.matrix_diffusivity, self.void_diffusivity = (
            constant(matrix.diffusivity),
            constant(electrolyte.diffusivity),
        )
        self.matrix_conductivity = constant(bruggeman(electrolyte.conductivity, matrix.porosity))
        self.void_conductivity = constant(electrolyte.conductivity)
        self.reference, self.temperature = (
            constant(electrolyte.concentration),
            constant(electrolyte.temperature),
        )
        self.salt_share = constant(1 - electrolyte.transference_number)
        self.exchange_current = constant(kinetics.exchange_current_density)
        self.anodic, self.cathodic = (
            constant(kinetics.anodic_coefficient),
            constant(kinetics.cathodic_coefficient),
        )
        self.metal_molar_volume = constant(kinetics.molar_volume)
        self.remote_traction, self.void_pressure = (
            constant(loading.remote_traction),
            constant(loading.void_pressure),
        )

    def _measures(self) -> None:
        tagged, mesh = self.tagged, self.mesh
        metadata = {"quadrature_degree": QUADRATURE_DEGREE}
        cells = ufl.Measure("dx", mesh, subdomain_data=tagged.cells, metadata=metadata)
        self.in_matrix = cells(tagged.tags["matrix"])
        self.in_void = cells(tagged.tags["void"]) if tagged.has_cells("void") else None
        outside = ufl.Measure("ds", mesh, subdomain_data=tagged.facets, metadata=metadata)
        self.on_outer = {
            name: outside(tag) for name, tag in tagged.tags.items() if name.startswith("outer")
        }
        normal = ufl.FacetNormal(mesh)
        if self.in_void is None:  # an ideal crack: its face bounds the matrix
            self.on_surface = outside(tagged.tags["void_surface"])
            self.surface_side = lambda value: value
            self.surface_normal, self.weight_on_surface = normal, self.weight
        else:
            self.on_surface = ufl.Measure(
                "dS", mesh, subdomain_data=tagged.facets, metadata=metadata
            )(tagged.tags["void_surface"])
            # Which side of a facet is "+" is arbitrary: an indicator of the matrix picks its side.
            indicator = fem.Function(fem.functionspace(mesh, ("DG", 0)))
            indicator.x.array[self.matrix_cells] = 1.0
            self.surface_side = lambda value: (
                indicator("+") * value("+") + indicator("-") * value("-")
            )
            self.surface_normal, self.weight_on_surface = (
                self.surface_side(normal),
                self.weight("+"),
            )

    def surface_current(self):
        """Current density that leaves the metal on the void's surface [A/m^2], a UFL expression."""
        kinetics = self.case.kinetics
        if kinetics.law == "galvanostatic":
            longitudinal = kinetics.distribution == "longitudinal"
            return self.current * (abs(self.surface_normal[0]) if longitudinal else 1.0)
        overpotential = -self.surface_side(self.potential)  # the metal is the zero of potential
        if kinetics.stress_shift == "hydrostatic":
            overpotential -= stress_shift(
                self.surface_side(self.hydrostatic), self.metal_molar_volume
            )
        elif kinetics.stress_shift == "normal":
            overpotential -= stress_shift(-self.void_pressure, self.metal_molar_volume)
        ratio = ufl.max_value(self.surface_side(self.concentration) / self.reference, 0.0)
        return butler_volmer(
            overpotential,
            self.exchange_current,
            self.temperature,
            ratio,
            self.anodic,
            self.cathodic,
        )

    def _residual(self, test):
        c, s = self.concentration, self.hydrostatic
        w, v, q = (test[name] for name in ("concentration", "displacement", "hydrostatic_stress"))
        grown = c - ufl.split(self.old)[0]
        weight, side = self.weight, self.surface_side
        virtual_strain = strain(v, ufl.SpatialCoordinate(self.mesh), self.dimension)
        current = self.surface_current()

        # The mass balance is multiplied by the length of the stage: a stage of length zero then
        # finds mechanical equilibrium.
        flux = stress_driven_flux(
            c, s, self.matrix_diffusivity, self.molar_volume, self.temperature
        )
        mass = (
            (self.porosity * grown * w - self.stage * ufl.dot(flux, ufl.grad(w)))
            * weight
            * self.in_matrix
        )
        mass -= (
            self.stage
            * self.salt_share
            * current
            / FARADAY
            * side(w)
            * self.weight_on_surface
            * self.on_surface
        )
        momentum = (
            ufl.inner(self.deviator + self.mean_stress * ufl.Identity(3), virtual_strain)
            * weight
            * self.in_matrix
        )
        momentum -= self.remote_traction * v[1] * weight * self.on_outer["outer_y"]
        momentum += (
            self.void_pressure
            * ufl.dot(self.surface_normal, side(v))
            * self.weight_on_surface
            * self.on_surface
        )
        volume = (
            (1 - self.split)
            * (self.elastic_volume_strain - s / self.bulk)
            * q
            * weight
            * self.in_matrix
        )
        if self.in_void is not None:
            mass += (
                (grown * w + self.stage * self.void_diffusivity * ufl.dot(ufl.grad(c), ufl.grad(w)))
                * weight
                * self.in_void
            )
        if self.potential is None:
            return mass + momentum + volume

        psi = test["potential"]
        ohmic = ufl.dot(ufl.grad(self.potential), ufl.grad(psi)) * weight
        charge = self.matrix_conductivity * ohmic * self.in_matrix
        if self.in_void is not None:
            charge += self.void_conductivity * ohmic * self.in_void
        charge -= current * side(psi) * self.weight_on_surface * self.on_surface
        charge += self.counter_current * psi * weight * self.on_outer[self.case.loading.reservoir]
        return mass + momentum + volume + charge

    def _constraints(self) -> list[fem.DirichletBC]:
        loading, facets = self.case.loading, self.tagged.facets
        held = [
            self.fields.hold_outside(name, self.matrix_cells)
            for name in ("displacement", "hydrostatic_stress")
        ]

        def hold(name, part, value=0.0, component=None):
            held.append(
                self.fields.hold(
                    name,
                    facets.find(self.tagged.tags[part]),
                    self.mesh.topology.dim - 1,
                    value,
                    component,
                )
            )

        axes = "xyz"[: self.mesh.geometry.dim]
        for component, axis in enumerate(axes):
            hold("displacement", f"symmetry_{axis}", component=component)
            loaded = axis == "y" and loading.remote_traction != 0
            if loading.outer == "confined" and not loaded:
                hold("displacement", f"outer_{axis}", component=component)
        if loading.reservoir != "none":
            hold("concentration", loading.reservoir, self.case.electrolyte.concentration)
        return held
