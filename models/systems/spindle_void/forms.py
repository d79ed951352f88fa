"""Forms of coupled diffusion and deformation around an electrolyte-filled void.

docs/systems/spindle_void/model.md derives the equations.
"""

from collections.abc import Callable
from typing import Any

import ufl
from dolfinx import fem

from anodex.models.laws.constants import FARADAY, GAS
from anodex.models.laws.diffusion import stress_driven_flux
from anodex.models.laws.kinematics import strain
from anodex.models.laws.kinetics import butler_volmer, stress_shift
from anodex.models.systems.spindle_void.void_fields import VoidFields

TYPICAL_STRAIN = 1e-3


class VoidForms(VoidFields):
    """Fields, coefficients and forms of a case on a mesh."""

    def surface_current(self):
        """Current density that leaves the metal on the void's surface [A/m^2], a UFL expression."""
        kinetics = self.case.kinetics
        if kinetics.law == "galvanostatic":
            longitudinal = kinetics.distribution == "longitudinal"
            return self.current * (abs(self.surface.normal[0]) if longitudinal else 1.0)
        return self.transferred_current(self.surface.side)

    def transferred_current(self, side: Callable[[Any], Any] = lambda value: value):
        """Current density of the Butler-Volmer law [A/m^2], UFL, where `side` takes values."""
        kinetics = self.case.kinetics
        shift = "none" if kinetics.law == "galvanostatic" else kinetics.stress_shift
        overpotential = -side(self.potential)  # the metal is the zero of potential
        if shift == "hydrostatic":
            overpotential -= stress_shift(side(self.felt_hydrostatic), self.metal_molar_volume)
        elif shift == "normal":
            overpotential -= stress_shift(-self.void_pressure, self.metal_molar_volume)
        ratio = ufl.max_value(side(self.concentration) / self.reference, 0.0)
        return butler_volmer(
            overpotential,
            self.exchange_current,
            self.temperature,
            ratio,
            self.anodic,
            self.cathodic,
        )

    @property
    def felt_hydrostatic(self):
        """Hydrostatic stress that ions and metal feel [MPa], UFL."""
        return self.hydrostatic

    @property
    def ion_flux(self):
        """Of the ions in the matrix [amol/(um^2 s)], UFL."""
        return stress_driven_flux(
            self.concentration,
            self.felt_hydrostatic,
            self.matrix_diffusivity,
            self.molar_volume,
            self.temperature,
        )

    @property
    def balanced_stress(self):
        """Of which the momentum balance is made [MPa], 3 x 3, UFL."""
        return self.deviator + self.mean_stress * ufl.Identity(3)

    @property
    def ohmic_conductivity(self):
        """Ionic conductivity of the matrix [pA/(V um)], UFL."""
        return self.matrix_conductivity

    @property
    def volume_law(self):
        """What vanishes where the hydrostatic stress is that of the elastic strain, UFL."""
        return (1 - self.split) * (self.elastic_volume_strain - self.hydrostatic / self.bulk)

    def tests(self) -> dict:
        """Test functions by the names of the fields.

        Their units bring the residuals of all fields to about one size, and do not change their
        zero.
        """
        sizes = (
            self.reference,
            self.young * TYPICAL_STRAIN,
            TYPICAL_STRAIN,
            self.void_conductivity * GAS * self.temperature / FARADAY,
        )
        functions = ufl.TestFunctions(self.fields.space)
        return {
            name: test / size
            for name, test, size in zip(self.fields.index, functions, sizes, strict=False)
        }

    def residual(self, test: dict) -> ufl.Form:
        """Mass, momentum, volume and charge balance of a stage, linear in the test functions."""
        c = self.concentration
        w, v, q = (test[name] for name in ("concentration", "displacement", "hydrostatic_stress"))
        grown = c - ufl.split(self.old)[0]
        weight, side = self.weight, self.surface.side
        virtual_strain = strain(v, ufl.SpatialCoordinate(self.mesh), self.dimension)
        current = self.surface_current()

        # The mass balance is multiplied by the length of the stage: a stage of length zero then
        # finds mechanical equilibrium.
        mass = (
            (self.porosity * grown * w - self.stage * ufl.dot(self.ion_flux, ufl.grad(w)))
            * weight
            * self.in_matrix
        )
        mass -= (
            self.stage
            * self.salt_share
            * current
            / FARADAY
            * side(w)
            * self.surface.weight
            * self.surface.measure
        )
        momentum = ufl.inner(self.balanced_stress, virtual_strain) * weight * self.in_matrix
        momentum -= self.remote_traction * v[1] * weight * self.on_outer["outer_y"]
        momentum += (
            self.void_pressure
            * ufl.dot(self.surface.normal, side(v))
            * self.surface.weight
            * self.surface.measure
        )
        volume = self.volume_law * q * weight * self.in_matrix
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
        charge = self.ohmic_conductivity * ohmic * self.in_matrix
        if self.in_void is not None:
            charge += self.void_conductivity * ohmic * self.in_void
        charge -= current * side(psi) * self.surface.weight * self.surface.measure
        charge += self.counter_current * psi * weight * self.on_outer[self.case.loading.reservoir]
        return mass + momentum + volume + charge

    def constraints(self) -> list[fem.DirichletBC]:
        """Dirichlet conditions that the case asks for."""
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
