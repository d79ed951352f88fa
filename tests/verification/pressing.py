"""Elastoplastic blocks at finite strain: exact solutions of the material points that powder and
tube are pressed with.
"""

from dataclasses import replace
from functools import partial

import numpy as np

from anodex.models.constitutive.density_cap import DensityCap, hydrostatic_heckel_constant
from anodex.models.constitutive.finite_plasticity import VIRGIN_METRIC, respond
from anodex.models.constitutive.yield_laws import VonMisesPlasticity, YieldLaw
from anodex.verification.block import AXIAL, RADIAL, Block
from anodex.verification.check import Check

TUBE_STRENGTH = 10.0
PTFE = VonMisesPlasticity(500.0, 0.46, TUBE_STRENGTH, 15.0)
AXIAL_HECKEL = 3.5e-3  # 1/MPa
POWDER = DensityCap(22.1e3, 0.37, 4.0, 0.525, hydrostatic_heckel_constant(AXIAL_HECKEL, 1.2))


def oedometric_modulus(young: float, poisson: float) -> float:
    """Axial stress over axial strain without lateral strain [MPa]."""
    return young * (1 - poisson) / ((1 + poisson) * (1 - 2 * poisson))


def die(law: YieldLaw) -> Block:
    """One cell of a rigid frictionless die, to be pressed by its top."""
    return Block(
        (0.0, 100.0), 50.0, (1, 1), law, [("bottom", AXIAL), ("top", AXIAL), ("outer", RADIAL)]
    )


def worst_tangent_error(law: YieldLaw, size: float) -> tuple[float, float]:
    """Largest error of the tangent over its largest entry, against central differences; `size` is
    that of the random strains.

    Half of the points have equal stretches in the plane, exactly or to 1e-9, and no rotation of the
    principal frame to lean on.
    """
    points, step = 200, 1e-8
    random = np.random.default_rng(seed=1)
    gradient = np.array([1.0, 0.0, 0.0, 1.0, 1.0]) + size * random.uniform(-1, 1, (points, 5))
    gradient[: points // 2, 1:3] = 0.0
    gradient[: points // 2, 3] = gradient[: points // 2, 0] * (
        1 + 1e-9 * (np.arange(points // 2) % 2)
    )
    start = np.array([1.0, 0.0, 0.0, 1.0, 1.0]) + 0.2 * size * random.uniform(-1, 1, (points, 5))
    history = respond(
        law, start, np.tile(VIRGIN_METRIC, (points, 1)), np.full(points, law.initial_internal)
    )
    state = history.plastic_metric, history.internal
    tangent = respond(law, gradient, *state).tangent
    differences = np.empty_like(tangent)
    for place, change in enumerate(step * np.eye(5)):
        above, below = (respond(law, gradient + sign * change, *state).stress for sign in (1, -1))
        differences[:, :, place] = (above - below) / (2 * step)
    return float(
        (np.abs(tangent - differences).max(axis=(1, 2)) / np.abs(tangent).max(axis=(1, 2))).max()
    ), 0.0


def newton_order() -> tuple[float, float]:
    """Order of the last step of Newton's method above round-off, and two: powder between punches
    that hold its faces, barrelling.
    """
    block = Block(
        (0.0, 100.0), 80.0, (6, 6), POWDER, [("bottom", AXIAL), ("top", AXIAL), ("top", RADIAL)]
    )
    for displacement in (-2.0, -4.0, -6.0, -8.0, -10.0, -12.0):
        block.solver.snes.setConvergenceHistory(reset=True)
        block.move({("top", AXIAL): displacement})
    norms = block.solver.snes.getConvergenceHistory()[0]
    logarithms = np.log(norms[norms > 1e-11 * norms[0]])
    block.close()
    return float((logarithms[-1] - logarithms[-2]) / (logarithms[-2] - logarithms[-3])), 2.0


def oedometric_elasticity() -> tuple[float, float]:
    """Radial over axial pressure of an elastic block in a die."""
    block = die(PTFE)
    block.move({("top", AXIAL): -1e-7 * block.height})
    axial, radial = block.die_pressures()
    block.close()
    return radial / axial, PTFE.poisson_ratio / (1 - PTFE.poisson_ratio)


def pressed_in_die(law: DensityCap, density: float, steps: int) -> tuple[float, float, float]:
    """Axial and radial pressure [MPa] and density of the unloaded powder, when pressed in equal
    steps to a loaded density.
    """
    block = die(law)
    for present in np.linspace(law.initial_density, density, steps + 1)[1:]:
        block.move({("top", AXIAL): block.height * (law.initial_density / present - 1)})
    axial, radial = block.die_pressures()
    found = axial, radial, block.mean(block.plasticity.internal)
    block.close()
    return found


def rigid_powder(place: int) -> tuple[float, float]:
    """Axial pressure, or ratio of radial to axial, in a die where elastic strains vanish: exact
    for steps of any size.
    """
    law = replace(POWDER, young_modulus=1e3 * POWDER.young_modulus)
    axial, radial, density = pressed_in_die(law, 0.84, 4)
    aspect = law.aspect**2
    return (
        (axial, law.axial_die_pressure(density))
        if place == 0
        else (radial / axial, (1 - 2 * aspect / 9) / (1 + 4 * aspect / 9))
    )


def elastic_powder() -> tuple[float, float]:
    """Axial pressure with true elasticity: Heckel's curve of the unloaded density, to second
    order in the elastic strain.
    """
    axial, _, density = pressed_in_die(POWDER, 0.84, 20)
    return axial, POWDER.axial_die_pressure(density)


def heckel_constant_of_die() -> tuple[float, float]:
    """Slope of ln(1 / (1 - D)) over the axial pressure in a die, and the constant that was
    converted to the hydrostatic one.
    """
    (low, _, loose), (high, _, dense) = (
        pressed_in_die(POWDER, density, 10) for density in (0.7, 0.84)
    )
    return float(np.log((1 - loose) / (1 - dense)) / (high - low)), AXIAL_HECKEL


def hydrostatic(stretch: float) -> tuple[float, float]:
    """Pressure on powder that is pressed or pulled alike from all sides, and what its yield
    surface says.
    """
    block = die(POWDER)
    (_, radius), height = block.radii, block.height
    block.move({("top", AXIAL): (stretch - 1) * height, ("outer", RADIAL): (stretch - 1) * radius})
    pressure, _ = block.die_pressures()
    density = block.mean(block.plasticity.internal)
    block.close()
    return pressure, POWDER.yield_pressure(density) * (
        1.0 if stretch < 1 else -POWDER.tension_ratio
    )


def unloading_slope() -> tuple[float, float]:
    """True axial pressure over logarithmic strain of pressed powder that is let go in the die,
    and the oedometric modulus there.
    """
    block = die(POWDER)
    pressed = block.height * (POWDER.initial_density / 0.84 - 1)
    pressures = []
    for displacement in (pressed, pressed + 0.02, pressed + 0.06):
        block.move({("top", AXIAL): displacement})
        pressures.append(block.die_pressures()[0])
    density = block.mean(block.plasticity.internal)
    strain = np.log((block.height + pressed + 0.06) / (block.height + pressed + 0.02))
    block.close()
    young = POWDER.young_modulus * np.exp(-POWDER.porosity_softening * (1 - density))
    return (pressures[1] - pressures[2]) / strain, oedometric_modulus(young, POWDER.poisson_ratio)


SIMO = "Simo, Comput. Methods Appl. Mech. Eng. 99 (1992) 61"
NORMALITY = (
    "associated flow on the ellipse without lateral plastic strain; Heckel, Trans. Metall. Soc. "
    "AIME 221 (1961) 671"
)
PRESSING_CHECKS = [
    *(
        Check(
            f"tangent of {name} against differences, strains of {size:g} [-]",
            SIMO,
            partial(worst_tangent_error, law, size),
            1e-5,
            False,
        )
        for name, law in (("von Mises plasticity", PTFE), ("the density cap", POWDER))
        for size in (1e-3, 0.02, 0.2)
    ),
    Check(
        "order of Newton's method, powder between sticking punches [-]",
        SIMO,
        newton_order,
        0.2,
        False,
    ),
    Check(
        "radial over axial pressure of an elastic block in a die [-]",
        "nu / (1 - nu)",
        oedometric_elasticity,
        1e-6,
    ),
    Check(
        "axial pressure of rigid-plastic powder in a die [MPa]",
        NORMALITY,
        partial(rigid_powder, 0),
        1e-6,
    ),
    Check(
        "radial over axial pressure of rigid-plastic powder in a die [-]",
        NORMALITY,
        partial(rigid_powder, 1),
        1e-4,
    ),
    Check(
        "axial pressure of elastic powder in a die, by its unloaded density [MPa]",
        NORMALITY,
        elastic_powder,
        1e-4,
    ),
    Check("Heckel constant seen by a die [1/MPa]", NORMALITY, heckel_constant_of_die, 1e-4),
    Check(
        "pressure from all sides on powder [MPa]",
        "Heckel, Trans. Metall. Soc. AIME 221 (1961) 671",
        partial(hydrostatic, 0.9),
        1e-10,
    ),
    Check(
        "tension from all sides on powder [MPa]",
        "yield surface",
        partial(hydrostatic, 1.002),
        1e-10,
    ),
    Check(
        "slope of unloading in a die [MPa]",
        "oedometric modulus at the density reached",
        unloading_slope,
        1e-8,
    ),
]
