"""Isotropic linear elasticity, with the hydrostatic stress as an unknown of its own."""

import ufl


def shear_modulus(young_modulus, poisson_ratio):
    """G [MPa] from Young's modulus [MPa] and Poisson's ratio [-]."""
    return young_modulus / (2 * (1 + poisson_ratio))


def bulk_modulus(young_modulus, poisson_ratio):
    """K [MPa] from Young's modulus [MPa] and Poisson's ratio [-]; Poisson's ratio below one
    half.
    """
    return young_modulus / (3 * (1 - 2 * poisson_ratio))


def von_mises(stress):
    """Equivalent stress sqrt(3/2 s:s) of a 3 x 3 stress [MPa]; the small constant keeps its
    derivative finite at zero stress.
    """
    deviator = ufl.dev(stress)
    return ufl.sqrt(1.5 * ufl.inner(deviator, deviator) + 1e-24)


def elastic_energy_density(deviator, hydrostatic_stress, shear, bulk):
    """Elastic energy [pJ/um^3 = MPa] of a stress given as deviator (3 x 3) and hydrostatic part
    [MPa].
    """
    return ufl.inner(deviator, deviator) / (4 * shear) + hydrostatic_stress**2 / (2 * bulk)
