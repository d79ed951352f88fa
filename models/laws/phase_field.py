"""Diffuse interfaces: xi is 1 in one phase and 0 in the other.

Without a driving force the interface is xi = (1 - tanh(2 x / width)) / 2 and costs `energy` per
area: kappa = 3/2 energy width and W = 12 energy / width in the free energy W xi^2 (1 - xi)^2 +
kappa/2 |grad xi|^2.
"""

import ufl


def double_well(phase):
    """xi^2 (1 - xi)^2."""
    return phase**2 * (1 - phase) ** 2


def interpolation(phase):
    """h(xi) = xi^3 (6 xi^2 - 15 xi + 10): 0 and 1 in the phases, with no slope there."""
    return phase**3 * (6 * phase**2 - 15 * phase + 10)


def interpolation_slope(phase):
    """h'(xi) = 30 xi^2 (1 - xi)^2."""
    return 30 * double_well(phase)


def clipped(phase):
    """The phase field without what over- and undershoots: for properties whose ratio between the
    phases is large.
    """
    return ufl.min_value(ufl.max_value(phase, 0.0), 1.0)


def profile_slope(phase, width):
    """Slope of the tanh profile, 4 xi (1 - xi) / width, where the phase field is xi: its integral
    across an interface is 1.
    """
    return 4 * phase * (1 - phase) / width


def smooth_step(value, low, high):
    """0 up to `low` and 1 from `high` on, with continuous slope and curvature."""
    return interpolation(clipped((value - low) / (high - low)))


def mixture(phase, inside, outside):
    """A property between its values in the two phases, weighted by h."""
    share = interpolation(phase)
    return share * inside + (1 - share) * outside


def well_height(energy, width):
    """W [MPa] of an interface of an energy [pJ/um^2 = J/m^2] and a width [um]."""
    return 12 * energy / width


def gradient_coefficient(energy, width):
    """kappa [uN] of an interface of an energy [pJ/um^2 = J/m^2] and a width [um]."""
    return 1.5 * energy * width


def front_speed(width, rate):
    """Speed [um/s] of a flat front driven by the rate h'(xi) times `rate` [1/s]: 3/2 width rate.

    Multiply the Allen-Cahn equation by dxi/dx and integrate over the profile of an interface in
    equilibrium. Faster fronts have another profile: what that changes falls with the square of the
    rate over the relaxation rate of the interface.
    """
    return 1.5 * width * rate
