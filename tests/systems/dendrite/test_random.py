"""Any case that a file may ask for ends in closed balances, or in an error that says what to do."""

import numpy as np
import pytest

from anodex.models.inputs.casefile import parse_case

pytestmark = [pytest.mark.slow, pytest.mark.serial]


def between(generator, low: float, high: float) -> float:
    """A number whose logarithm is evenly spread."""
    return float(np.exp(generator.uniform(np.log(low), np.log(high))))


def random_tables(seed: int) -> dict:
    """A valid case over all choices and over many orders of magnitude, as the tables of a case
    file.
    """
    generator = np.random.default_rng(seed)
    unit = between(generator, 0.5, 20)  # um, width of the interface; lengths are told by it
    lithium, bump = unit * generator.uniform(1.1, 5), unit * generator.uniform(0.2, 2)
    space = seed % 5 == 4
    mechanics, solved = bool(generator.random() < 0.7), bool(generator.random() < 0.8)
    law = str(generator.choice(["ohmic", "ohmic", "nernst-planck"]))
    bumps, porosity = int(generator.integers(0, 4)), float(generator.choice([0, 0.05, 0.1625, 0.3]))
    geometry = {
        "length": f"{lithium + bump + unit * generator.uniform(3, 5 if space else 8)} um",
        "width": f"{max(unit * generator.uniform(1, 3 if space else 6), 1.01)} um",
        **({"depth": f"{max(unit * generator.uniform(0.5, 2), 1.01)} um"} if space else {}),
        "lithium_thickness": f"{lithium} um",
        "protrusions": bumps,
        **(
            {
                "protrusion_height": f"{bump} um",
                "protrusion_width": f"{unit * generator.uniform(0.5, 3)} um",
            }
            if bumps
            else {}
        ),
        "porosity": porosity,
        **(
            {"pore_diameter": f"{unit * generator.uniform(1, 2)} um", "seed": seed}
            if porosity
            else {}
        ),
        "sides": str(generator.choice(["mirrored", "periodic"])),
        "cells_per_width": float(generator.uniform(3, 4)),
    }
    current = solved and generator.random() < 0.3
    sign = float(generator.choice([-1, 1], p=[0.2, 0.8]))
    loading = (
        {"current_density": f"{sign * between(generator, 10, 1e4)} A/m^2"}
        if current
        else {"overpotential": f"{-sign * generator.uniform(0, 0.4)} V"}
    )
    pressure = (
        {"external_pressure": f"{generator.choice([0, between(generator, 0.1, 100)])} MPa"}
        if mechanics
        else {}
    )
    return {
        "system": {"name": "dendrite"},
        "geometry": geometry,
        "interface": {
            "width": f"{unit} um",
            "energy": f"{between(generator, 0.05, 1)} J/m^2",
            "relaxation_rate": f"{between(generator, 1, 100)} 1/s",
        },
        "kinetics": {
            "exchange_current_density": f"{between(generator, 0.1, 100)} A/m^2",
            "cathodic_coefficient": float(generator.uniform(0.3, 0.7)),
            **(
                {
                    "pore_rate": float(generator.choice([0, 0.1, 1])),
                    "wall_rate": float(generator.choice([0, 1, 3])),
                }
                if porosity
                else {}
            ),
            "pressure_shift": mechanics and bool(generator.random() < 0.3),
        },
        "electrolyte": {"potential": "solved"} if solved else {"potential": "constant"},
        "transport": {
            "law": law,
            **({"diffusivity": f"{between(generator, 1, 1e4)} um^2/s"} if law != "ohmic" else {}),
        },
        "mechanics": {
            "enabled": mechanics,
            **({"plating_strain": float(generator.uniform(-0.002, 0.005))} if mechanics else {}),
        },
        "loading": {**loading, **pressure, "duration": f"{between(generator, 0.01, 1)} s"},
        "output": {"frames": 1},
    }


def of_model(tables: dict, model: str, adaptive: bool) -> dict:
    """The case of one of the models, without what only the other knows."""
    tables = {**tables, "model": {"name": model}}
    if model == "two-potential":
        del tables["transport"], tables["interface"]["relaxation_rate"]
        del tables["kinetics"]["pressure_shift"]
        tables["numerics"] = {"adaptive": adaptive}
    return tables


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("model", ["paper", "two-potential"])
def test_random_cases_end_in_closed_balances_or_in_advice(
    model, seed, run_alone, numbers_or_advice
):
    tables = of_model(random_tables(seed), model, adaptive=seed % 2 == 1)
    values = numbers_or_advice(lambda: run_alone(tables), "maller", "ilder", "ive ", "allowed")
    if values is not None:
        geometry = parse_case(tables, "random").geometry
        # of the charge, which is next to nothing in some
        assert values.get("charge_balance_error", 0) < 1e-4, values
        assert values["tip_position"] <= geometry.length * (1 + 1e-9)
        assert -geometry.lithium_thickness < values["deposited_thickness"] < geometry.length
