"""Two potentials: of electrons, in lithium, and of ions, in the electrolyte."""

from collections.abc import Mapping
from typing import Any

import basix.ufl
import numpy as np
import ufl
from dolfinx import fem
from dolfinx.mesh import Mesh

from anodex.meshes.tagged import TaggedMesh
from anodex.models.discrete.fields import MixedFields, constant, held_dofs, total
from anodex.models.discrete.held import HeldValues
from anodex.models.laws.kinetics import butler_volmer
from anodex.models.laws.phase_field import clipped, interpolation, profile_slope, smooth_step
from anodex.models.solve.linear import DIRECT
from anodex.models.solve.nonlinear import NonlinearSolver, SolveReport
from anodex.models.solve.ties import Ties
from anodex.models.systems.dendrite.case import Case
from anodex.models.systems.dendrite.case_tables import ConductingElectrolyte
from anodex.models.systems.dendrite.composition import Composition
from anodex.models.systems.dendrite.two_potential.circuit import Circuit

QUADRATURE_DEGREE = 4
# Of the residuals. With 1e-8 ions and lithium differed by 2e-7 in dendrite_small, and by 1.7e-6
# after 838 steps of dendrite; 1e-10 takes one or two more iterations a step.
TOLERANCE = 1e-9
# The energy of the potentials is convex: full steps of Newton's method end, and near the end do
# not stumble over round-off.
CHOLESKY = {**DIRECT, "pc_type": "cholesky", "snes_linesearch_type": "basic"}
# Conductivity of lithium over that of the electrolyte: larger ratios change nothing but round-off.
METAL_RATIO = 1e4
# Least conductivities over that of the electrolyte: of electrons, and of ions.
LEAST_ELECTRONIC, LEAST_IONIC = 1e-5, 1e-5
# Conductivity of either kind within an interface, over that of the electrolyte times width and
# slope: each reaches all of the reaction, but for what lies beyond a phase field between these.
# With it a flat front has the resistance of a sharp one, to some 5 % of that of one width of
# electrolyte.
WITHIN, TRACE = 0.18, (0.01, 0.05)
# Conductance along the counter electrode, a sheet of metal, over that of as much electrolyte as its
# way across is wide: more leaves nothing but round-off.
SHEET_RATIO = 3e5


def densities(case: Case, composition: Composition, normal):
    """Area of interface per volume that reacts [1/um], where lithium is plated and where it
    dissolves, UFL.

    The current is spread over an interface as the slope of its tanh profile, so that it moves as a
    whole. By the slope itself in the half that runs ahead, where by the phase field any trace of
    lithium would grow by itself, or a hole where lithium dissolves; by the phase field in the
    other, where traces are to vanish.
    """
    phase = clipped(composition.phase)
    slope = ufl.max_value(ufl.dot(normal, ufl.grad(composition.phase)), 0.0)
    profile = profile_slope(phase, constant(composition.mesh, case.interface.width))
    return tuple(
        ufl.conditional(ufl.lt(advanced, 0.5), slope, profile) * composition.reacting()
        for advanced in (phase, 1 - phase)
    )


def reaction(case: Case, mesh: Mesh, densities, overpotential):
    """Current per volume that turns ions and electrons into lithium [pA/um^3], UFL.

    The overpotential [V] is positive where lithium is plated; `densities` as the function of that
    name gives them.
    """
    kinetics = case.kinetics
    exchange, kelvin, cathodic = (
        constant(mesh, value)
        for value in (
            case.exchange_current_density,
            kinetics.temperature,
            kinetics.cathodic_coefficient,
        )
    )
    plated, dissolved = densities
    density = ufl.conditional(ufl.gt(overpotential, 0), plated, dissolved)
    return -density * butler_volmer(-overpotential, exchange, kelvin, 1.0, 1 - cathodic, cathodic)


class Potentials:
    """phi of electrons and ions for a phase field, and the current between them.

    The left side is the current collector, at zero volt; the right one the counter electrode,
    which conducts electrons where lithium touches it.

    Parameters
    ----------
    case, tagged
        The case, and its mesh.
    composition
        What is where.
    given
        The electrolyte.
    normal
        n across the interface, into the lithium, UFL.
    shift
        Part of the overpotential that the potentials do not make [V], UFL.
    period
        Lengths of periodic cells, as `Ties` takes them.

    Attributes
    ----------
    unknown, solver
        Both potentials [V], and what solves for them.
    electrons, ions
        Each of them, UFL.
    overpotential, reaction
        [V], positive where lithium is plated, and the current per volume [pA/um^3], UFL.
    touching
        1 at the nodes of the counter electrode that lithium touches, else 0.
    """

    def __init__(
        self,
        case: Case,
        tagged: TaggedMesh,
        composition: Composition,
        given: ConductingElectrolyte,
        normal,
        shift,
        period: tuple[float, ...] = (),
    ):
        mesh = composition.mesh
        self._comm, self._circuit = mesh.comm, Circuit.of(case.loading)
        self._band = case.contact.band
        element = basix.ufl.mixed_element([composition.space.ufl_element()] * 2)
        self.fields = MixedFields(fem.functionspace(mesh, element), ("electrons", "ions"))
        self.unknown = fem.Function(self.fields.space, name="potentials")
        self.electrons, self.ions = ufl.split(self.unknown)
        self.overpotential = self.ions - self.electrons - shift
        reacting = densities(case, composition, normal)
        self.reaction = reaction(case, mesh, reacting, self.overpotential)
        # what stays while the potentials are found
        self._held = HeldValues(
            mesh,
            QUADRATURE_DEGREE,
            [*conductivities(case, composition, given), *reacting, shift],
        )
        electronic, ionic, *reacting, shift = self._held.values
        plated = reaction(case, mesh, reacting, self.ions - self.electrons - shift)
        test_e, test_i = ufl.TestFunctions(self.fields.space)
        dx = ufl.dx(mesh, metadata={"quadrature_degree": QUADRATURE_DEGREE})
        right = ufl.ds(tagged.tags["right"], domain=mesh, subdomain_data=tagged.facets)
        self._voltage, self._conductance, self._current = (constant(mesh, 0.0) for _ in range(3))
        normal = ufl.FacetNormal(mesh)

        def along(field):
            slope = ufl.grad(field)
            return slope - normal * ufl.dot(normal, slope)

        external = self._conductance * (self._voltage - self.ions) + self._current
        self._phase, self.touching = composition.phase, fem.Function(composition.space)
        self.touching.name = "touching"
        self._on_right = fem.locate_dofs_topological(
            composition.space,
            mesh.topology.dim - 1,
            tagged.facets.find(tagged.tags["right"]),
        )
        contact = self.touching / constant(mesh, case.contact.resistance)
        contact *= self.ions - self.electrons
        residual = (
            electronic * ufl.inner(ufl.grad(self.electrons), ufl.grad(test_e))
            + ionic * ufl.inner(ufl.grad(self.ions), ufl.grad(test_i))
            + plated * (test_i - test_e)
        ) * dx + (
            constant(mesh, sheet_conductance(case, given))
            * ufl.inner(along(self.ions), along(test_i))
            + contact * (test_i - test_e)
            - external * test_i
        ) * right
        facets = tagged.facets.find(tagged.tags["left"])
        collector = self.fields.hold("electrons", facets, mesh.topology.dim - 1)
        self._collector = held_dofs([collector], self.fields)["electrons"]
        self.solver = NonlinearSolver(
            residual,
            self.unknown,
            [collector],
            name="dendrite_potentials",
            fields=self.fields,
            options=CHOLESKY,
            tolerance=TOLERANCE,
            ties=Ties(period),
        )
        self._flows = {
            "external": fem.form(external * right),
            "contact": fem.form(contact * right),
            "reaction": fem.form(plated * dx),
        }
        self._mean = fem.form(self.ions * right)
        self._area = total(self._comm, fem.form(constant(mesh, 1.0) * right))
        self._use(self._circuit)
        self.unknown.x.array[self.fields.maps["ions"]] = self._voltage.value

    def solve(self) -> SolveReport:
        """Solve for the present phase field; collective.

        Raises
        ------
        ConvergenceError
            On every rank alike, if the solver fails.
        """
        self._held.update()
        self._touch()
        self._use(self._circuit)
        report = self._solve()
        voltage = self.voltage()
        if abs(voltage) > self._circuit.limit:
            held = self._circuit.limited()
            self._use(held)
            self.unknown.x.array[self.fields.maps["ions"]] += held.voltage - voltage
            report = SolveReport.of([report, self._solve()])
        return report

    def voltage(self) -> float:
        """Of the cell [V]; collective."""
        return total(self._comm, self._mean) / self._area

    def part(self, name: str) -> fem.Function:
        """A copy of "electrons" or "ions" [V]."""
        return self.fields.extract(self.unknown, name)

    def flows(self) -> Mapping[str, float]:
        """Currents [pA] (in two dimensions [pA/um] of depth): `external` through the circuit,
        `contact` of electrons between lithium and counter electrode, `reaction` that plates,
        `collector` out of the current collector; collective.
        """
        out = -float(self.solver.reactions()[self._collector].sum())
        flows = {name: total(self._comm, form) for name, form in self._flows.items()}
        return {**flows, "collector": self._comm.allreduce(out)}

    def destroy(self) -> None:
        """Free the PETSc objects; collective."""
        self.solver.destroy()

    def _touch(self) -> None:
        """Where lithium touches the counter electrode: metal sticks to metal, and parts later than
        it has met.
        """
        low, high = self._band
        phase, touching = (f.x.array[self._on_right] for f in (self._phase, self.touching))
        self.touching.x.array[self._on_right] = np.where(
            phase > high, 1.0, np.where(phase < low, 0.0, touching)
        )

    def _use(self, circuit: Circuit) -> None:
        self._voltage.value, self._current.value = circuit.voltage, circuit.current
        self._conductance.value = circuit.conductance

    def _solve(self) -> SolveReport:
        self.solver.renew_jacobian()  # the phase field has changed
        return self.solver.solve()


def sheet_conductance(case: Case, given: ConductingElectrolyte) -> float:
    """Of the counter electrode, from square to square [pA/V]: its potential is even to a millionth
    where no more flows across it than the electrolyte carries.
    """
    geometry = case.geometry
    widest = max(geometry.width, geometry.depth or 0.0)
    return SHEET_RATIO * given.conductivity * widest**2 / geometry.length


def conductivities(
    case: Case, composition: Composition, given: ConductingElectrolyte
) -> tuple[Any, Any]:
    """Of electrons and of ions [pA/(V um)], UFL.

    Electrons must not pass through the tail of an interface, or lithium would touch the counter
    electrode from afar. What lets both reach all of the reaction grows with the slope of the phase
    field, which vanishes half way between two pieces.
    """
    mesh, phase = composition.mesh, clipped(composition.phase)
    width, conductivity = constant(mesh, case.interface.width), constant(mesh, given.conductivity)
    within = WITHIN * width * ufl.sqrt(ufl.inner(*[ufl.grad(composition.phase)] * 2))
    metal = METAL_RATIO * smooth_step(phase, *case.contact.band)
    ionic = 1 - interpolation(phase) + within * smooth_step(1 - phase, *TRACE)
    electronic, ionic = (
        metal + within * smooth_step(phase, *TRACE) + LEAST_ELECTRONIC,
        ionic * composition.share(given.pore_ratio),
    )
    return conductivity * electronic, conductivity * (ionic + LEAST_IONIC)
