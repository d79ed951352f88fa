"""Energy released when the tip region of a void moves: domain integrals of Eshelby's
energy-momentum tensor.
"""

import ufl


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
