"""Energy released when the region around a crack tip moves: domain integrals of Eshelby's
energy-momentum tensor, and the stress intensity that belongs to it.
"""

import math

import numpy as np
import ufl

from anodex.models.laws.constants import FARADAY

ROOT_OF_UM = 1e-3  # um^0.5 -> m^0.5


def energy_release(stress, displacement, energy_density, velocity):
    """Integrand over the matrix of the energy released per unit advance of the tip [MPa = pJ/um^3].

    The region near the tip is carried along the vector field `velocity` (unit at the tip, zero
    outside a ring), so this is the shape derivative of the potential energy of free faces;
    eigenstrains enter through `eigenstrain_release`, loaded faces through `face_release`.

    Parameters
    ----------
    stress, displacement, energy_density
        Stress [MPa], displacement [um] and elastic energy density [MPa]; tensors of the mesh's
        dimension.
    velocity
        Vector field, dimensionless.

    Notes
    -----
    Eshelby, J. Elasticity 5 (1975) 321; Shih, Moran & Nakamura, Int. J. Fract. 30 (1986) 79.
    """
    return ufl.inner(
        stress, ufl.dot(ufl.grad(displacement), ufl.grad(velocity))
    ) - energy_density * ufl.div(velocity)


def eigenstrain_release(hydrostatic_stress, volume_strain, velocity):
    """What an isotropic eigenstrain that stays in place adds to `energy_release` [MPa].

    sigma : d(eps*)/dx along the velocity, with eps* = volume_strain / 3 times the identity.
    """
    return hydrostatic_stress * ufl.dot(ufl.grad(volume_strain), velocity)


def face_release(pressure, displacement, normal, gradient):
    """Integrand over faces under a pressure [MPa] of what they add to the energy released per unit
    advance [MPa um/um].

    The pressure follows the moving face. `normal` points out of the matrix; `gradient` is that of
    the velocity.
    """
    stretch = ufl.tr(gradient) * normal - ufl.dot(ufl.transpose(gradient), normal)
    return -pressure * ufl.dot(stretch, displacement)


def stress_intensity(energy_release_rate, young_modulus, poisson_ratio):
    """Stress intensity K_I [MPa m^0.5] of a crack in plane strain (Irwin 1957).

    Parameters
    ----------
    energy_release_rate
        [J/m^2 = MPa um], a number; below zero it counts as zero.
    young_modulus, poisson_ratio
        [MPa], [-].
    """
    rate = max(energy_release_rate, 0.0)
    return math.sqrt(rate * young_modulus / (1 - poisson_ratio**2)) * ROOT_OF_UM


def subcritical_speed(stress_intensity, speed, reference, exponent):
    """Speed v0 (K / K0)^m of a crack below its toughness (Charles, J. Appl. Phys. 29 (1958) 1549).

    Parameters
    ----------
    stress_intensity, reference
        K and K0, in the same unit.
    speed
        v0 [um/s].
    exponent
        m.
    """
    return speed * (stress_intensity / reference) ** exponent


def decayed_toughness(exposure, fresh, spent, lifetime):
    """Gc [J/m^2] of what has been exposed to its surroundings for a time: from `fresh` to `spent`
    as exp(-exposure / lifetime), all times in s.
    """
    return spent + (fresh - spent) * np.exp(-exposure / lifetime)


def smallest_growing_crack(toughness, overpotential, molar_volume):
    """Half length [um] from which on plating at an overpotential opens a filled crack in plane
    strain: its pressure is F eta / Omega at most, and grows it where p sqrt(pi a) = K_Ic.

    Parameters
    ----------
    toughness
        K_Ic [MPa m^0.5].
    overpotential
        eta [V].
    molar_volume
        Omega of the metal [um^3/amol].
    """
    pressure = FARADAY * overpotential / molar_volume
    return (toughness / ROOT_OF_UM / pressure) ** 2 / math.pi
