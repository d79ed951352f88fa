"""One wave on a metal that is plated or stripped, as the elastic interphase computes it."""

import numpy as np
from mpi4py import MPI

from anodex.models.laws.constants import FARADAY
from anodex.models.systems.elastic_sei.case import Case
from anodex.models.systems.elastic_sei.meshing import build_mesh
from anodex.models.systems.elastic_sei.problem import ElasticInterphase

COMM = MPI.COMM_WORLD
WAVELENGTH, CONDUCTIVITY, MOLAR_VOLUME = 10.0, 0.7e6, 2.37e-5  # um, pA/(V um), um^3/amol
K = 2 * np.pi / WAVELENGTH
CURRENT = 5.0  # A/m^2
SPEED = CURRENT * MOLAR_VOLUME / FARADAY  # um/s


def wave(
    amplitude: float,
    ratio: float,
    refinement: float = 2.0,
    current: float = CURRENT,
    surface_energy: float = 0.0,
    film: dict | None = None,
    metal: dict | None = None,
) -> ElasticInterphase:
    """A metal with one wave of an amplitude [um] through which a current [A/m^2] flows, evenly at
    first.

    Parameters
    ----------
    ratio
        W = kappa Z k: of the resistance of the film to that of the electrolyte for the wave.
    refinement
        Of the mesh; at 2 there are 12 facets from crest to valley.
    film
        Keys of an elastic film, which neither cracks nor scatters; without it there is none.
    metal
        Further keys of the metal; without them it bears any pressure.
    """
    whole = {"cracks": False, "scatter": 0.0, "elastic_limit": 10.0}
    case = Case.model_validate(
        {
            "surface": {"wavelength": f"{WAVELENGTH} um", "amplitude": f"{amplitude:.17g} um"},
            "electrolyte": {"conductivity": f"{CONDUCTIVITY} pA/(V*um)"},
            "kinetics": {"area_resistance": f"{ratio / (CONDUCTIVITY * K):.17g} V*um^2/pA"},
            "film": {"enabled": False} if film is None else whole | film,
            "metal": {
                "surface_energy": f"{surface_energy:.17g} pJ/um^2",
                "molar_volume": f"{MOLAR_VOLUME} um^3/amol",
                **(metal or {"pressure_cap": "none"}),
            },
            "numerics": {"refinement": refinement},
            "output": {"times": []},
        }
    )
    problem = ElasticInterphase(case, build_mesh(case, COMM))
    problem.electrolyte.current_density.value = current
    problem.current[:] = current
    return problem


def plated(problem: ElasticInterphase, duration: float, steps: int) -> ElasticInterphase:
    """What becomes of a problem in even steps over a duration [s]."""
    for number in range(steps):
        problem.advance(number * duration / steps, duration / steps)
        problem.accept()
        if problem.worn():
            worn, problem = problem, problem.renewed()
            worn.destroy()
    return problem


def amplitude_of(problem: ElasticInterphase) -> float:
    """Of a small wave [um]: square root of two times the root mean square of the heights."""
    return np.sqrt(2) * problem.front.heights[1]


def grown(duration: float, steps: int, amplitude: float, ratio: float, **how) -> float:
    """Factor by which a wave grows in a duration [s]; other arguments as of `wave`."""
    problem = wave(amplitude, ratio, **how)
    start = amplitude_of(problem)
    problem = plated(problem, duration, steps)
    end = amplitude_of(problem)
    problem.destroy()
    return end / start


def growth_rate(ratio: float, steps: int = 32, rise: float = 0.04, **how) -> float:
    """d ln(amplitude) / dt [1/s] of a wave that is long beside its amplitude, while the metal rises
    by `rise` / k; other arguments as of `wave`.
    """
    duration = rise / (K * SPEED)
    return np.log(grown(duration, steps, 1e-3, ratio, **how)) / duration
