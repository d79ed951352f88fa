"""Any case that a file may ask for ends in closed balances, or in an error that says what to do."""

import numpy as np
import pytest

QUICK = (1, 2, 3)
ADVICE = ("protocol.steps", "film.", "numerics.", "allowed")


def between(generator, low: float, high: float) -> float:
    """A number whose logarithm is evenly spread."""
    return float(np.exp(generator.uniform(np.log(low), np.log(high))))


def random_tables(seed: int) -> dict:
    """A valid case over all choices and over many orders of magnitude, plated and then stripped, as
    the tables of a case file.
    """
    generator = np.random.default_rng(seed)
    shape = ("cosine", "random")[seed % 2]
    current = between(generator, 0.05, 5)  # mA/cm^2
    hours = generator.uniform(0.1, 0.5) / current
    surface = (
        {
            "wavelength": f"{between(generator, 0.7, 5)} um",
            "amplitude": f"{between(generator, 1, 100)} nm",
        }
        if shape == "cosine"
        else {"roughness": f"{between(generator, 1, 50)} nm", "width": "5 um", "seed": seed}
    )
    scatter = float(generator.choice([0, generator.uniform(0, 0.05)]))
    wave = surface.get("wavelength", "1.5 um")
    cracks = bool(generator.random() < 0.7)
    return {
        "system": {"name": "elastic_sei"},
        "surface": {"shape": shape, **surface},
        "kinetics": {"area_resistance": f"{between(generator, 1, 1000)} ohm*cm^2"},
        "film": {
            "thickness": f"{between(generator, 5, 150)} nm",
            "young_modulus": f"{between(generator, 0.05, 10)} GPa",
            "elastic_limit": between(generator, 0.002, 0.1),
            "attachment": str(generator.choice(["sliding", "bonded"])),
            "reference": str(generator.choice(["flat", "as-formed"])),
            "membrane": bool(generator.random() < 0.7),
            "bending": bool(generator.random() < 0.7),
            "cracks": cracks,
            **({"heal_time": f"{between(generator, 10, 1000)} s"} if cracks else {}),
            "scatter": scatter,
            "scatter_wavelength": wave,
        },
        "metal": {"pressure_cap": str(generator.choice(["0.8 MPa", "10 MPa", "none"]))},
        "protocol": {
            "steps": [
                {"current_density": f"{current} mA/cm^2", "duration": f"{hours} hour"},
                {"current_density": f"{-current} mA/cm^2", "duration": f"{0.8 * hours} hour"},
            ]
        },
        "numerics": {"largest_step": f"{max(hours * 60, 2)} s", "refinement": 0.7},
        "output": {"times": []},
    }


@pytest.mark.serial
@pytest.mark.parametrize(
    "seed",
    [pytest.param(seed, marks=[pytest.mark.slow] * (seed not in QUICK)) for seed in range(40)],
)
def test_random_cases_end_in_closed_balances_or_in_advice(seed, run_alone, numbers_or_advice):
    values = numbers_or_advice(lambda: run_alone(random_tables(seed)), *ADVICE)
    if values is not None:
        errors = [value for name, value in values.items() if name.endswith("balance_error")]
        assert max(errors) < 1e-6, values
