"""Any case that a file may ask for ends in closed balances, or in an error that says what to do."""

import numpy as np
import pytest

pytestmark = [pytest.mark.slow, pytest.mark.serial]


def between(generator, low: float, high: float) -> float:
    """A number whose logarithm is evenly spread."""
    return float(np.exp(generator.uniform(np.log(low), np.log(high))))


def random_tables(seed: int) -> dict:
    """A valid case over all choices and over many orders of magnitude, as the tables of a case
    file.
    """
    generator = np.random.default_rng(seed)
    pouch, pressed = seed % 4 == 3, seed % 4 == 1
    radius = between(generator, 1000, 10000)
    law = str(generator.choice(["roy", "lepage", "anand-saturated", "anand", "newtonian"]))
    thickness = between(generator, 30, 500)
    geometry = {
        "type": "pouch" if pouch else "die",
        "inner_radius": f"{radius} um",
        "foil_thickness": f"{thickness} um",
        "gap_length": f"{between(generator, 100, 5000)} um",
        "refinement": float(generator.uniform(0.25, 0.5)),
    }
    if not pouch:
        geometry["tube_outer_radius"] = f"{radius * generator.uniform(1.3, 3)} um"
    if not (pouch or pressed):
        geometry["gap"] = f"{between(generator, 5, 200)} um"
    pressure = between(generator, 20, 500) if pressed else None
    return {
        "system": {"name": "cell_stack"},
        "geometry": geometry,
        "compaction": {"pressure": f"{pressure} MPa", "cathode_pressure": f"{pressure / 3} MPa"}
        if pressed
        else {"enabled": pouch},
        **(
            {}
            if pouch
            else {
                "tube": {"compliant": False, "sleeve": bool(generator.random() < 0.3) and pressed}
            }
        ),
        "stacking": {
            "pressure": f"{between(generator, 0.1, 50)} MPa",
            "hold": f"{between(generator, 1, 3600)} s",
        },
        "charge": {
            "current_density": f"{between(generator, 0.01, 100)} A/m^2",
            "duration": f"{between(generator, 60, 36000)} s",
        },
        "rest": {"duration": f"{generator.choice([0, 600])} s"},
        "discharge": {"duration": f"{generator.choice([0, 1800])} s"},
        "frame": {
            "stiffness": "rigid"
            if generator.random() < 0.3
            else f"{between(generator, 0.1, 1000)} N/um"
        },
        "flow": {
            "law": law,
            "wall": str(generator.choice(["stick", "slip"])),
            **(
                {"viscosity": f"{between(generator, 1e2, 1e6)} MPa*s"} if law == "newtonian" else {}
            ),
        },
        "numerics": {"step_tolerance": 0.05},
        "output": {"frames": 1},
    }


@pytest.mark.parametrize("seed", range(20))
def test_random_cases_end_in_closed_balances_or_in_advice(seed, run_alone, numbers_or_advice):
    values = numbers_or_advice(
        lambda: run_alone(random_tables(seed)),
        "hicker",
        "hinner",
        "aise ",
        "ress less",
        "maller",
        "allowed",
    )
    if values is not None:
        errors = [value for name, value in values.items() if name.endswith("balance_error")]
        assert max(errors) < 1e-8, values
