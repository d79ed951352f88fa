"""Power-law creep with an implicit, radially returning increment."""


def relaxed_deviator(trial_deviator, trial_equivalent, creep_increment, shear):
    """Stress deviator [MPa] left of a trial deviator after an equivalent creep strain increment:
    radial return.

    `trial_equivalent` is the equivalent stress of `trial_deviator` [MPa], `shear` the shear modulus
    [MPa].
    """
    return (1 - 3 * shear * creep_increment / trial_equivalent) * trial_deviator


def creep_strain_increment(trial_deviator, trial_equivalent, creep_increment):
    """Creep strain increment (3 x 3): (3/2) times the equivalent increment along the deviator."""
    return 1.5 * creep_increment / trial_equivalent * trial_deviator


def linearised(value, slope, argument, argument_value):
    """A scalar known by value and slope at the present iterate, as an expression whose UFL
    derivative is the consistent tangent.

    At the iterate itself `argument` equals `argument_value`, so the expression equals `value`
    exactly.
    """
    return value + slope * (argument - argument_value)
