"""Damage against solutions in one dimension: its profile, strength, and what does not heal."""

from functools import partial

import numpy as np
from dolfinx import fem

from anodex.meshes.rectangle import build_rectangle
from anodex.models.fracture.cracked_body import CrackedBody
from anodex.models.fracture.phase_field_crack import PhaseFieldCrack
from anodex.models.laws.damage import DamageModel, Name
from anodex.verification.check import Check
from anodex.verification.crack_bodies import band, fields, held, moduli

YOUNG, TOUGHNESS, LENGTH = 1000.0, 1.0, 1.0


def broken_strip(name: Name, size: float) -> tuple[PhaseFieldCrack, np.ndarray]:
    """One half of a strip that is broken at x = 0, and x of its nodes."""
    model = DamageModel(name, LENGTH)
    _, damage = fields(build_rectangle(band(0, 12, size), band(0, size, size)))
    space = damage.function_space
    crack = PhaseFieldCrack(
        damage, model, TOUGHNESS, 0 * damage, constraints=[held(space, None, _left, 1.0)]
    )
    damage.x.array[fem.locate_dofs_geometrical(space, _left)] = 1.0
    crack.solve()
    return crack, space.tabulate_dof_coordinates()[:, 0]


def profile(name: Name) -> tuple[float, float]:
    """Largest distance of the damage from its exact profile, at nodes l/10 apart."""
    crack, x = broken_strip(name, LENGTH / 10)
    error = np.abs(crack.damage.x.array - crack.model.profile(x)).max(initial=0.0)
    comm = crack.damage.function_space.mesh.comm
    return max(comm.allgather(float(error))), 0.0


def area(name: Name) -> tuple[float, float]:
    """Of one side of a crack that lies between cells, over its length: 1/2, nothing in excess."""
    size = LENGTH / 10
    return broken_strip(name, size)[0].area() / size, 0.5


def bar(name: Name) -> tuple[CrackedBody, fem.Constant]:
    """A bar so short that damage is even in it, and by how much it is stretched [um]."""
    displacement, damage = fields(build_rectangle(band(0, 1, 0.5), band(0, 1, 0.5)))
    space = displacement.function_space
    stretch = fem.Constant(space.mesh, 0.0)
    body = CrackedBody(
        displacement,
        damage,
        DamageModel(name, LENGTH),
        TOUGHNESS,
        **moduli(YOUNG, 0.0),
        constraints=[
            held(space, 0, _left),
            held(space, 0, lambda x: np.isclose(x[0], 1), stretch),
            held(space, 1, lambda x: np.isclose(x[1], 0)),
        ],
    )
    return body, stretch


def stretched(name: Name, strains: np.ndarray) -> np.ndarray:
    """Stress [MPa] of the bar at strains in turn, from its energy."""
    body, stretch = bar(name)
    stresses = []
    for strain in strains:
        stretch.value = strain
        body.solve()
        body.crack.accept()
        elastic = body.energy() - body.crack.surface_energy()
        stresses.append(2 * elastic / strain)
    body.destroy()
    return np.array(stresses)


def strength(name: Name) -> tuple[float, float]:
    """Largest stress [MPa]."""
    exact = DamageModel(name, LENGTH).strength(YOUNG, TOUGHNESS)
    return float(stretched(name, np.linspace(0.6, 2.0, 36) * exact / YOUNG).max()), exact


def unloaded() -> tuple[float, float]:
    """Stress [MPa] of an AT2 bar stretched to where it is strongest, then to a tenth of that:
    a tenth, as it keeps its damage.
    """
    most = np.sqrt(TOUGHNESS / (3 * YOUNG * LENGTH))
    return float(stretched("AT2", np.array([most, most / 10]))[1]), 0.1 * DamageModel(
        "AT2", LENGTH
    ).strength(YOUNG, TOUGHNESS)


def _left(x: np.ndarray) -> np.ndarray:
    return np.isclose(x[0], 0)


MARIGO = "Pham, Amor, Marigo & Maurini 2011"
NAMES: tuple[Name, ...] = ("AT1", "AT2")
PROFILE_CHECKS = [
    Check("crack: AT1 profile (1 - x/2l)^2", MARIGO, partial(profile, "AT1"), 1e-9, False),
    Check(
        "crack: AT2 profile exp(-x/l)",
        "Bourdin, Francfort & Marigo 2008",
        partial(profile, "AT2"),
        3e-4,
        False,
    ),
    *(
        Check(f"crack: surface over toughness, {name}", MARIGO, partial(area, name), 1e-3)
        for name in NAMES
    ),
    *(
        Check(f"crack: strength of a bar, {name} [MPa]", MARIGO, partial(strength, name), 1e-3)
        for name in NAMES
    ),
    Check("crack: nothing heals, stress after unloading [MPa]", MARIGO, unloaded, 1e-4),
]
