"""Cracks that time lets grow: below their toughness, and where exposure takes the toughness."""

from functools import partial

import numpy as np
from dolfinx import fem

from anodex.meshes.rectangle import build_rectangle
from anodex.models.discrete.fields import constant
from anodex.models.fracture.crack_growth import ExposedToughness, PathCrack, TipRelease
from anodex.models.fracture.cracked_body import CrackedBody
from anodex.models.laws.damage import DamageModel
from anodex.models.laws.fracture import (
    ROOT_OF_UM,
    decayed_toughness,
    stress_intensity,
    subcritical_speed,
)
from anodex.verification.check import Check
from anodex.verification.crack_bodies import band, fields, grown, held, moduli
from anodex.verification.crack_surfing import opened

YOUNG, POISSON = 1000.0, 0.3
START = 10.0  # half length [um]
LENGTH, SIZE = START / 20, START / 60
WIDE = 60 * START
SPEED = 0.01  # v0 [um/s]
STEP = 0.12  # of the half length, by which it may grow at once


class PulledCrack:
    """A quarter of a plate pulled across its crack, which grows by v0 (K / K0)^m; K0 is that of the
    start.
    """

    def __init__(self, exponent: float):
        self.exponent = exponent
        along = np.concatenate(
            [band(0, 0.8 * START, 4 * SIZE), band(0.8 * START, 2.3 * START, SIZE)[1:]]
        )
        along = np.concatenate([along, grown(2.3 * START, WIDE, SIZE)])
        across = np.append(0.0, SIZE / 2 + SIZE * np.arange(7))
        across = np.concatenate([across, grown(across[-1], WIDE, SIZE)])
        displacement, damage = fields(build_rectangle(along, across))
        space = displacement.function_space
        # pulled so that K is 1 MPa um^0.5 times the root of the length
        lift = WIDE * (1 - POISSON**2) / YOUNG / np.sqrt(np.pi)
        self.body = CrackedBody(
            displacement,
            damage,
            DamageModel("AT1", LENGTH),
            1e3,  # it does not run by itself
            **moduli(YOUNG, POISSON),
            constraints=[
                held(space, 0, lambda x: np.isclose(x[0], 0)),
                held(space, 1, lambda x: np.isclose(x[1], 0)),
                held(space, 1, lambda x: np.isclose(x[1], WIDE), constant(space.mesh, lift)),
            ],
        )
        self.path = PathCrack(self.body.crack, np.array([[0.0, 0.0], [3 * START, 0.0]]), SIZE / 2)
        self.path.extend(START)
        self.release = TipRelease(self.body, np.array([1.0, 0.0]), images=2)

    def speed(self, length: float) -> float:
        """Of a crack that has grown to a half length [um/s]."""
        self.path.extend(length)
        self.body.balance()
        released = self.release(self.path.tip, 4 * LENGTH)
        intensity = stress_intensity(released, YOUNG, POISSON)
        return subcritical_speed(intensity, SPEED, np.sqrt(START) * ROOT_OF_UM, self.exponent)

    def time_to(self, end: float) -> float:
        """[s], by the midpoint rule."""
        time, length = 0.0, START
        while length < end:
            step = STEP * length / self.speed(length)
            grown_by = step * self.speed(length * (1 + STEP / 2))
            part = min(1.0, (end - length) / grown_by)
            time, length = time + part * step, length + part * grown_by
        self.body.destroy()
        return time


def doubling_time(exponent: float) -> tuple[float, float]:
    """In which a half length doubles [s]: a^(1 - m/2) is linear in time, ln a for m = 2."""
    power = 1 - exponent / 2
    exact = (2**power - 1) / power if power else np.log(2.0)
    return PulledCrack(exponent).time_to(2 * START), float(exact * START / SPEED)


FRESH, SPENT, LIFETIME = 1.0, 0.3, 100.0  # J/m^2, s
RELEASE = 0.7


def exposed() -> tuple[float, float]:
    """Energy release [J/m^2] of a crack that grows as far as the decay of its toughness lets it, in
    a field from which it runs away, and that toughness.
    """
    model = DamageModel("AT1", 1.0)
    size = 1 / 3
    rows = np.append(0.0, size / 2 + size * np.arange(8))
    mesh = build_rectangle(band(0, 14, size), np.concatenate([rows, grown(rows[-1], 8, size)]))
    displacement, damage = fields(mesh)
    space = displacement.function_space
    outside = fem.Function(space)
    exposed_to = ExposedToughness(damage.function_space, FRESH, SPENT, LIFETIME)
    excess = 1 + model.excess(size / 2, half=True)
    edge = fem.locate_dofs_geometrical(
        space,
        lambda x: (np.isclose(x[0], 0) | np.isclose(x[0], 14) | np.isclose(x[1], 8)) & (x[1] > 0),
    )
    body = CrackedBody(
        displacement,
        damage,
        model,
        exposed_to.toughness / excess,
        **moduli(YOUNG, POISSON),
        constraints=[
            fem.dirichletbc(outside, edge),
            held(space, 1, lambda x: np.isclose(x[1], 0)),
        ],
    )
    body.crack.cut(lambda x: (x[0] <= 6.01) & (x[1] <= 0.51 * size))
    outside.interpolate(opened(6.5, RELEASE))
    release = TipRelease(body, np.array([1.0, 0.0]), images=2)
    for _ in range(14):
        exposed_to.advance(LIFETIME / 10, 1.0)
        body.solve()
        body.crack.accept()
    found = release(np.array([7.0, 0.0]), 3.0)
    body.destroy()
    return found, float(decayed_toughness(1.4 * LIFETIME, FRESH, SPENT, LIFETIME))


HIGH = 6.0  # half of the height of a strip [um], six length scales: it breaks at its crack alone
PULLED, WORN = 0.05, 0.01  # energy release in a strip of fresh toughness 1, and what decay leaves
CLOSE = 0.002  # of the lifetime, to which the onset is found


class Strip:
    """A long strip with a crack along its middle, pulled by so much that the crack releases
    `PULLED` however far it has grown, while its toughness decays. Whole: half of it would get
    tougher along its first few micrometres.
    """

    def __init__(self) -> None:
        model, size = DamageModel("AT1", 1.0), 1 / 3
        above = size / 2 + size * np.arange(8)
        above = np.concatenate([above, grown(above[-1], HIGH, size)])
        rows = np.concatenate([-above[::-1], above])
        along = np.concatenate([band(0, 14, 1.0), band(14, 22, size)[1:], grown(22, 30, size)])
        displacement, damage = fields(build_rectangle(along, rows))
        space = displacement.function_space
        self.decaying = ExposedToughness(damage.function_space, 1.0, WORN, LIFETIME)
        # ahead of the crack the strip is strained across alone, behind it nothing is left
        stiffness = YOUNG * (1 - POISSON) / ((1 + POISSON) * (1 - 2 * POISSON))
        lift = np.sqrt(PULLED * HIGH / stiffness)
        self.body = CrackedBody(
            displacement,
            damage,
            model,
            self.decaying.toughness / (1 + model.excess(size)),
            **moduli(YOUNG, POISSON),
            constraints=[
                held(space, 0, lambda x: np.isclose(np.abs(x[1]), HIGH)),
                held(space, 0, lambda x: np.isclose(x[0], 30)),
                held(space, 1, lambda x: np.isclose(x[1], HIGH), lift),
                held(space, 1, lambda x: np.isclose(x[1], -HIGH), -lift),
            ],
        )
        self.body.crack.cut(lambda x: (x[0] <= 18.01) & (np.abs(x[1]) <= 0.51 * size))
        self.start = self.body.crack.area()

    def grows_within(self, step: float) -> bool:
        """Whether the crack is longer than at first by a length scale after a step [s]; else that
        is accepted.
        """
        body, exposure = self.body, self.decaying.exposure.x.array.copy()
        displacement = body.displacement.x.array.copy()
        self.decaying.advance(step, 1.0)
        body.solve()
        if body.crack.area() < self.start + 1.0:
            body.crack.accept()
            return False
        body.crack.reject()
        body.displacement.x.array[:] = displacement
        self.decaying.exposure.x.array[:] = exposure
        return True

    def onset(self) -> float:
        """Time at which the crack starts to grow [s]."""
        time, step = 0.0, LIFETIME / 4
        while step > CLOSE * LIFETIME:
            if self.grows_within(step):
                step /= 2
            else:
                time += step
        self.body.destroy()
        return time + step


def onset() -> tuple[float, float]:
    """Time at which a toughness has fallen to the energy release [s]."""
    return Strip().onset(), float(LIFETIME * np.log((1 - WORN) / (PULLED - WORN)))


TIME_CHECKS = [
    *(
        Check(
            f"crack below its toughness, m = {exponent}: time to twice its length [s]",
            "Charles 1958",
            partial(doubling_time, exponent),
            tolerance,
        )
        for exponent, tolerance in ((2, 0.03), (4, 0.04))
    ),
    Check(
        "decaying toughness: onset of growth [s]",
        "Griffith 1921; Rice 1968",
        onset,
        0.01,
        slow=True,
    ),
    Check("exposed crack: energy release as it grows [J/m^2]", "Griffith 1921", exposed, 0.05),
]
