"""Cracks that hold a volume, against sharp ones in an infinite body: at rest, grown, and fed."""

from dataclasses import dataclass
from functools import cache

import numpy as np

from anodex.meshes.rectangle import build_rectangle
from anodex.models.fracture.crack_growth import LAG, TipRelease
from anodex.models.fracture.cracked_body import CrackedBody
from anodex.models.laws.constants import FARADAY
from anodex.models.laws.damage import DamageModel
from anodex.models.laws.fracture import smallest_growing_crack, stress_intensity
from anodex.verification.check import Check
from anodex.verification.crack_bodies import band, fields, grown, held, moduli, slope

YOUNG, POISSON, TOUGHNESS = 1000.0, 0.3, 1.0
MODULUS = YOUNG / (1 - POISSON**2)
START = 10.0  # half length [um]
LENGTH, SIZE = START / 20, START / 60
WIDE = 60 * START
QUARTER = 4  # images that make the whole, of a crack along the x-axis; of a penny across it 2


@dataclass(frozen=True)
class Quarter:
    """Of a body with a crack along the x-axis; numbers are those of the whole."""

    body: CrackedBody
    cut_area: float

    @property
    def pressure(self) -> float:
        return float(self.body.pressure.value)

    @property
    def half_length(self) -> float:
        """By what the surface has gained [um]."""
        gained = self.body.crack.area() - self.cut_area
        return START + QUARTER / 2 * gained / (
            1 + self.body.crack.model.excess(SIZE / 2, half=True)
        )


def quarter(reach: float = 2.0, penny: bool = False) -> Quarter:
    """An AT1 crack of a half length of 10 um; cells are fine up to `reach` times that.

    A penny lies across the axis of revolution.
    """
    model = DamageModel("AT1", LENGTH)
    along = np.concatenate(
        [band(0, 0.7 * START, 4 * SIZE), band(0.7 * START, reach * START, SIZE)[1:]]
    )
    along = np.concatenate([along, grown(reach * START, WIDE, SIZE)])
    across = np.append(0.0, SIZE / 2 + SIZE * np.arange(7))
    across = np.concatenate([across, grown(across[-1], WIDE, SIZE)])
    displacement, damage = fields(
        build_rectangle(across, along) if penny else build_rectangle(along, across)
    )
    space = displacement.function_space
    body = CrackedBody(
        displacement,
        damage,
        model,
        TOUGHNESS / (1 + model.excess(SIZE / 2, half=True)),
        **moduli(YOUNG, POISSON),
        kinematics="axisymmetric" if penny else "plane-strain",
        constraints=[
            held(space, axis, lambda x, axis=axis, place=place: np.isclose(x[axis], place))
            for axis in (0, 1)
            for place in (0.0, WIDE)
        ],
    )
    end = START - LAG * LENGTH + SIZE / 2  # up to the node that is nearest
    out, off = (1, 0) if penny else (0, 1)
    body.crack.cut(lambda x: (x[out] <= end) & (x[off] <= 0.51 * SIZE))
    return Quarter(body, body.crack.area())


def volume_of(half_length: float, pressure: float) -> float:
    """Sneddon's [um^2]."""
    return 2 * np.pi * pressure * half_length**2 / MODULUS


def critical_pressure(half_length: float) -> float:
    """Griffith's [MPa]."""
    return float(np.sqrt(MODULUS * TOUGHNESS / (np.pi * half_length)))


def at_rest() -> tuple[float, float]:
    """Volume [um^2] under 1 MPa."""
    whole = quarter(1.2)
    whole.body.pressure.value = 1.0
    whole.body.balance()
    found = QUARTER * whole.body.volume()
    whole.body.destroy()
    return found, volume_of(START, 1.0)


def penny_at_rest() -> tuple[float, float]:
    """Volume [um^3] under 1 MPa."""
    whole = quarter(1.2, penny=True)
    whole.body.pressure.value = 1.0
    whole.body.balance()
    found = 2 * whole.body.volume()
    whole.body.destroy()
    return found, 16 * START**3 / (3 * MODULUS)


def pressed_release() -> tuple[float, float]:
    """Energy release [J/m^2] of the crack at rest under 1 MPa."""
    whole = quarter(1.2)
    whole.body.pressure.value = 1.0
    whole.body.balance()
    release = TipRelease(whole.body, np.array([1.0, 0.0]), images=2)
    found = release(np.array([START, 0.0]), 4 * LENGTH)
    whole.body.destroy()
    return found, np.pi * START / MODULUS


@cache
def fed() -> np.ndarray:
    """Time [s], volume [um^2], pressure [MPa] and half length [um] of a crack on both of whose
    faces metal grows by 1 um/s: dV/dt = 4 a w; shape (steps, 4), from where it grows on.
    """
    whole = quarter(1.65)  # it grows up to 1.5 times its length
    volume = volume_of(START, critical_pressure(START))
    step, rows, rates = 0.12 * volume / (4 * START), [], []
    while whole.half_length < 1.5 * START:
        whole.body.solve_volume(volume / QUARTER)
        whole.body.crack.accept()
        rows.append((step * len(rows), volume, whole.pressure, whole.half_length))
        rates.append(4 * whole.half_length)
        before = rates[-2] if len(rates) > 1 else rates[-1]
        volume += step * (1.5 * rates[-1] - 0.5 * before)  # Adams & Bashforth
    whole.body.destroy()
    return np.array(rows[2:])


def pressure_slope() -> tuple[float, float]:
    """Of the pressure over the volume, in logarithms."""
    _, volume, pressure, _ = fed().T
    return slope(volume, pressure), -1 / 3


def length_slope() -> tuple[float, float]:
    """Of the half length over the volume."""
    _, volume, _, half_length = fed().T
    return slope(volume, half_length), 2 / 3


def pressure_at_volume() -> tuple[float, float]:
    """Pressure [MPa] of the largest volume: (2 E' Gc^2 / (pi V))^(1/3)."""
    _, volume, pressure, _ = fed()[-1]
    return pressure, float((2 * MODULUS * TOUGHNESS**2 / (np.pi * volume)) ** (1 / 3))


def overpotential() -> tuple[float, float]:
    """Half length [um] of a crack that lithium can just grow, from the overpotential whose pressure
    is the computed one.
    """
    _, volume, pressure, _ = fed()[-1]
    molar_volume = 1.3e-5  # of lithium
    intensity = stress_intensity(TOUGHNESS, YOUNG, POISSON)
    grows = smallest_growing_crack(intensity, pressure * molar_volume / FARADAY, molar_volume)
    return grows, float((MODULUS * volume**2 / (4 * np.pi * TOUGHNESS)) ** (1 / 3))


def feeding_slope() -> tuple[float, float]:
    """Of the root of the half length over time [um^0.5/s]."""
    time, _, _, half_length = fed().T
    exact = 2 / 3 * np.sqrt(MODULUS / (np.pi * TOUGHNESS))
    return float(np.polyfit(time, np.sqrt(half_length), 1)[0]), float(exact)


def fed_intensity() -> tuple[float, float]:
    """Mean of p sqrt(pi a) over K_c, which is 1."""
    _, _, pressure, half_length = fed().T
    found = pressure * np.sqrt(np.pi * half_length / (MODULUS * TOUGHNESS))
    return float(found.mean()), 1.0


SNEDDON = "Sneddon 1946; Griffith 1921"
VOLUME_CHECKS = [
    Check("pressed crack at rest: volume [um^2]", SNEDDON, at_rest, 0.02),
    Check("pressed penny at rest: volume [um^3]", "Sneddon 1946", penny_at_rest, 0.02),
    Check("pressed crack at rest: energy release [J/m^2]", SNEDDON, pressed_release, 0.03),
    Check("crack of a given volume: slope of the pressure", SNEDDON, pressure_slope, 0.07),
    Check("crack of a given volume: slope of the length", SNEDDON, length_slope, 0.04),
    Check("crack of a given volume: pressure [MPa]", SNEDDON, pressure_at_volume, 0.02),
    Check("smallest crack that lithium grows [um]", SNEDDON, overpotential, 0.04),
    Check("crack fed by plating: sqrt(a) over time [um^0.5/s]", SNEDDON, feeding_slope, 0.04),
    Check("crack fed by plating: p sqrt(pi a) / K_c", SNEDDON, fed_intensity, 0.02),
]
