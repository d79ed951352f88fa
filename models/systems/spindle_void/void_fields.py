"""Coupled diffusion and deformation around an electrolyte-filled void: unknowns and coefficients.

Unknowns, on one mixed element: concentration c (everywhere), displacement u and hydrostatic stress
s (matrix only), with Butler-Volmer kinetics also the electrolyte potential phi (everywhere).
docs/systems/spindle_void/model.md derives the equations.
"""

import basix.ufl
import numpy as np
import ufl
from dolfinx import fem

from anodex.meshes.tagged import TaggedMesh
from anodex.models.constitutive.creep import NoCreep, PowerLawCreep
from anodex.models.discrete.fields import MixedFields
from anodex.models.laws.diffusion import bruggeman
from anodex.models.laws.elasticity import bulk_modulus, shear_modulus
from anodex.models.laws.kinematics import strain, thickness
from anodex.models.systems.spindle_void.case import Case
from anodex.models.systems.spindle_void.surface import void_surface

# Exact for strain times strain of second-order displacements on straight cells.
QUADRATURE_DEGREE = 4


class VoidFields:
    """Fields and coefficients of a case on a mesh.

    Attributes
    ----------
    fields, unknown, old
        The mixed space by names; the mixed function at the end and at the start of a stage.
    concentration, displacement, hydrostatic, potential
        Its parts in UFL: [mol/m^3], [um], [MPa], [V]; no potential with the galvanostatic law.
    stress
        3 x 3 [MPa], for evaluation at vertices.
    in_matrix, in_void, on_outer
        Measures of the parts of the mesh; no void for an ideal crack.
    surface
        That of the void, with its measure.
    reaction
        Change of volume by the reaction at the end of a stage, a `fem.Constant`; None without one.
    """

    def __init__(self, case: Case, tagged: TaggedMesh):
        self.case, self.tagged, self.mesh = case, tagged, tagged.mesh
        self.dimension = case.geometry.dimension
        mesh, cell = self.mesh, self.mesh.basix_cell()
        first, second = (basix.ufl.element("Lagrange", cell, degree) for degree in (1, 2))
        vector = basix.ufl.element("Lagrange", cell, 2, shape=(mesh.geometry.dim,))
        names: tuple[str, ...] = ("concentration", "displacement", "hydrostatic_stress")
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
        if self.reaction is not None:
            self.chemical_volume_strain += self.reaction
        self.creep = self._creep()
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
            return fem.Constant(self.mesh, np.float64(value))

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
        self.reaction = constant(0.0) if case.reaction.conversion else None
        self.salt_share = constant(1 - electrolyte.transference_number)
        if kinetics.law == "butler-volmer":
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

    def _creep(self) -> NoCreep | PowerLawCreep:
        matrix = self.case.matrix
        if matrix.creep == "none":
            return NoCreep(self.strain, self.shear)
        return PowerLawCreep(
            strain=self.strain,
            shear=self.shear,
            stage=self.stage,
            mesh=self.mesh,
            cells=self.matrix_cells,
            quadrature_degree=QUADRATURE_DEGREE,
            prefactor=matrix.creep_prefactor,
            exponent=matrix.creep_exponent,
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
        self.surface = void_surface(tagged, self.weight, metadata)
