# %% [markdown]
# # Fit a diffusivity
#
# How fast do ions leave a void through the pores of the interphase? The diffusivity is seldom
# known, but a curve that depends on it may be. Here we make such a curve with a known diffusivity,
# forget it, and find it again from a dozen runs.

# %%
import os

import numpy as np
from matplotlib import pyplot
from scipy.optimize import minimize_scalar

import anodex

# %% [markdown]
# A coarse and short void is enough: what counts is how the concentration in the void rises.
# `SIZE=full` in the environment takes the mesh of the shipped case.

# %%
case = anodex.case(
    "spindle_void",
    {
        "geometry.refinement": 1.0 if os.environ.get("SIZE") == "full" else 0.25,
        "protocol.steps": [{"current_density": "0.1 mA/cm^2", "duration": "5 min"}],
        "output.times": [],
    },
)
times = np.linspace(0, case.protocol.end, 21)


def curve(diffusivity: float) -> np.ndarray:
    """Mean concentration in the void [mol/m^3] at `times`, for a diffusivity [um^2/s]."""
    changes = {"matrix.diffusivity": f"{diffusivity} um^2/s"}
    columns = anodex.run(case, changes, progress=False).columns
    return np.interp(times, columns["time [s]"], columns["void_concentration [mol/m^3]"])


# %% [markdown]
# The "measurement": a run whose diffusivity we know, with noise of 0.2 mol/m³.

# %%
TRUE = 25.0  # um^2/s
measured = curve(TRUE) + np.random.default_rng(1).normal(0, 0.2, len(times))

# %% [markdown]
# Each run lives in a temporary folder that goes with its result, so that a loop leaves nothing
# behind. We look for the logarithm, since a diffusivity is positive.

# %%
runs: list[tuple[float, float]] = []


def misfit(logarithm: float) -> float:
    """Root mean square of what is left [mol/m^3]."""
    diffusivity = float(np.exp(logarithm))
    left = float(np.sqrt(np.mean((curve(diffusivity) - measured) ** 2)))
    runs.append((diffusivity, left))
    return left


found = minimize_scalar(
    misfit, bounds=(np.log(5), np.log(100)), method="bounded", options={"xatol": 5e-3}
)
fitted = float(np.exp(found.x))
print(f"{len(runs)} runs: {fitted:.1f} um^2/s, made with {TRUE:g} um^2/s")

# %%
figure, (left, right) = pyplot.subplots(1, 2, figsize=(9, 3.2), layout="constrained")
left.plot(times / 60, measured, "o", label="measured")
left.plot(times / 60, curve(fitted), label=f"{fitted:.1f} µm²/s")
left.set(xlabel="time [min]", ylabel="concentration in the void [mol/m³]")
left.legend(frameon=False)
right.loglog(*zip(*sorted(runs), strict=True), "o-")
right.set(xlabel="diffusivity [µm²/s]", ylabel="misfit [mol/m³]")
