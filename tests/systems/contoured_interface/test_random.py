"""Any case that a file may ask for ends in finite numbers and closed balances, or in an error
that says what to do.
"""

import math

import numpy as np
import pytest
from mpi4py import MPI

from anodex.models.inputs.casefile import parse_case
from anodex.models.systems.contoured_interface.problem import ContouredInterface, build_bodies

pytestmark = [pytest.mark.slow, pytest.mark.serial]

SHAPES = {
    "2d": ("flat", "cosine", "trochoid", "pyramid", "frustum", "height-map"),
    "3d": ("flat", "egg-box", "egg-box-sum", "pyramid", "frustum", "height-map"),
}


def random_tables(seed, folder):
    """A valid case over all choices and over many orders of magnitude, as the tables of a case
    file.
    """
    generator = np.random.default_rng(seed)
    dimension = "3d" if seed % 3 == 0 else "2d"  # cheaper
    kinetics, flow = _kinetics(generator), _flow(generator)
    may_be_sharp = kinetics["law"] != "none" and flow["law"] == "none"
    geometry = _geometry(
        generator, dimension, str(generator.choice(SHAPES[dimension])), may_be_sharp, folder
    )
    coupled = (
        dimension == "2d"
        and kinetics["law"] != "none"
        and flow["law"] != "none"
        and generator.random() < 0.4
    )
    depth = _between(generator, 10, 500)
    _leave_out_idle(geometry, kinetics, flow)
    conductivity = _between(generator, 1e-3, 1e2)
    sign = generator.choice([-1, 0, 1, 1, 1, 1])
    return {
        "system": {"name": "contoured_interface"},
        "geometry": {"dimension": dimension, **geometry},
        "electrolyte": {"conductivity": f"{conductivity} S/m"},
        "kinetics": kinetics,
        "loading": {
            "current_density": f"{sign * _between(generator, 1e-4, 1e2)} mA/cm^2",
            "stack_pressure": f"{generator.choice([0, 7, _between(generator, 0.1, 100)])} MPa",
        },
        "flow": flow,
        "coupling": {"pressure_kinetics": bool(coupled)},
        "dendrite": {
            "crack_depth": f"{depth} um",
            "filled_length": f"{depth * generator.uniform(0.1, 1)} um",
            "crack_width": f"{_between(generator, 1, 20)} um",
        },
    }


def _leave_out_idle(geometry, kinetics, flow):
    """Take out what would be refused because it does nothing."""
    if geometry["shape"] != "frustum":
        geometry.pop("plateau_fraction")
    if flow["law"] == "none":
        flow.pop("wall")
        geometry.pop("lithium_thickness", None)
    by_resistance = kinetics["law"] == "linear" and "area_resistance" in kinetics
    if by_resistance:
        for side in ("anodic", "cathodic"):
            kinetics.pop(f"{side}_coefficient")
    if by_resistance and flow["law"] not in ("lepage", "anand-saturated"):
        kinetics.pop("temperature")


def _between(generator, low, high):
    """A number whose logarithm is evenly spread."""
    return float(np.exp(generator.uniform(np.log(low), np.log(high))))


def _geometry(generator, dimension, shape, may_be_sharp, folder):
    separation = _between(generator, 10, 1000)
    height = separation * min(
        _between(generator, 0.01, 1), 0.95 / math.pi if shape == "trochoid" else 1.0
    )
    # many small cells on a narrow flank
    fraction = float(generator.uniform(0.05, 0.95 if dimension == "2d" else 0.6))
    flank = separation / 2 * (1 - fraction if shape == "frustum" else 1)
    bluntest = min(flank**2 / height / (2 if shape == "pyramid" else 1), 1000)
    geometry = {
        "shape": shape,
        "height": f"{height} um",
        "separation": f"{separation} um",
        "plateau_fraction": fraction,
        "edge_radius": f"{0 if may_be_sharp else bluntest * generator.uniform(0.3, 1)} um",
        "refinement": float(generator.uniform(0.25, 0.4)),
    }
    for name in ("electrolyte_thickness", "lithium_thickness"):
        if generator.random() < 0.5:
            geometry[name] = f"{1.21 * height + separation * _between(generator, 0.01, 5)} um"
    if shape == "height-map":
        geometry["height_map"] = str(folder / "map.npy")
        np.save(
            geometry["height_map"],
            generator.standard_normal(generator.integers(4, 9, int(dimension[0]) - 1)),
        )
    return geometry


def _kinetics(generator):
    law = str(generator.choice(["none", "linear", "butler-volmer"]))
    if law == "none":
        return {"law": law}
    charge_transfer = (
        {"area_resistance": f"{_between(generator, 1e-8, 1e8)} ohm*cm^2"}
        if generator.random() < 0.5
        else {"exchange_current_density": f"{_between(generator, 1e-8, 1e8)} A/m^2"}
    )
    coefficients = {
        f"{side}_coefficient": float(generator.uniform(0.1, 0.9)) for side in ("anodic", "cathodic")
    }
    film = (
        {"film_resistance": f"{_between(generator, 1e-4, 1e4)} ohm*cm^2"}
        if generator.random() < 0.3
        else {}
    )
    return {
        "law": law,
        **charge_transfer,
        **coefficients,
        **film,
        "temperature": f"{generator.uniform(200, 450)} K",
    }


def _flow(generator):
    law = str(generator.choice(["none", "roy", "roy", "lepage", "anand-saturated", "newtonian"]))
    more = {
        "none": {},
        "newtonian": {"viscosity": f"{_between(generator, 1e-3, 1e9)} MPa*s"},
    }.get(law, {"stress_floor": _between(generator, 0.01, 1)})
    return {"law": law, "wall": str(generator.choice(["stick", "slip"])), **more}


@pytest.mark.parametrize("seed", range(60))
def test_random_cases_end_in_closed_balances_or_in_advice(
    seed, tmp_path, numbers, numbers_or_advice
):
    tables = random_tables(seed, tmp_path)

    def solve():
        case = parse_case(tables, "random")
        problem = ContouredInterface(case, build_bodies(case, MPI.COMM_SELF))
        problem.solve(case.loading.current_density)
        found = numbers(problem)
        problem.destroy()
        return {name: value for name, value in found.items() if not name.startswith("critical")}

    values = numbers_or_advice(solve, "ower ", "aise ", "ive ", "allowed")
    if values is not None:
        errors = [value for name, value in values.items() if name.endswith("balance_error")]
        assert max(errors, default=0) < 1e-8, values
