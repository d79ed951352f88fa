"""Diffusion driven by gradients of concentration and of hydrostatic stress."""

import ufl

from anodex.models.laws.constants import GAS


def stress_driven_flux(
    concentration, hydrostatic_stress, diffusivity, partial_molar_volume, temperature
):
    """Flux J = -D [grad c - (Omega c / (R T)) grad sigma_h]  [amol/(um^2 s)].

    Parameters
    ----------
    concentration
        [amol/um^3 = mol/m^3], scalar.
    hydrostatic_stress
        tr(sigma)/3 [MPa], tension positive, scalar: ions move to where the matrix is in tension.
    diffusivity
        [um^2/s].
    partial_molar_volume
        Apparent expansion of the matrix per ion [um^3/amol]; zero gives Fick's law.
    temperature
        [K].

    Notes
    -----
    Larche & Cahn, Acta Metall. 30 (1982) 1835, in the dilute limit.
    """
    drift = (
        partial_molar_volume * concentration / (GAS * temperature) * ufl.grad(hydrostatic_stress)
    )
    return -diffusivity * (ufl.grad(concentration) - drift)


def bruggeman(value, porosity):
    """Effective transport property of a porous medium, porosity^1.5 times that of the bulk
    electrolyte (Bruggeman 1935).
    """
    return porosity**1.5 * value
