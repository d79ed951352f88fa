# %% [markdown]
# # A void and its pictures
#
# A spindle-shaped void in the porous sodium interphase fills with ions while sodium dissolves from
# its surface. The ions swell the interphase around it, and the stress at the tip of the void may
# open a crack. We run it from Python, look at numbers and fields, and draw what the command
# `anodex plot` would draw.

# %%
import os

from matplotlib import pyplot

import anodex

# %% [markdown]
# The shipped case takes a minute; smaller values make it coarse and short. Each key is the one of
# the case file, each value a text with its unit. `SIZE=full` in the environment keeps the shipped
# ones.

# %%
coarse = {
    "geometry.refinement": 0.5,
    "protocol.steps": [{"current_density": "0.1 mA/cm^2", "duration": "10 min"}],
    "output.times": ["5 min", "10 min"],
}
changes = {} if os.environ.get("SIZE") == "full" else coarse
result = anodex.run("spindle_void", changes)

# %% [markdown]
# A result knows the numbers of its run by name, each with a unit.

# %%
unit = result.observables["peak_tip_von_mises"].unit
print(f"largest von Mises stress at the tip: {result['peak_tip_von_mises']:.3g} {unit}")

# %% [markdown]
# Its history has a column for each number that is followed in time.

# %%
figure, axes = pyplot.subplots(figsize=(5, 3.2), layout="constrained")
columns = result.columns
axes.plot(columns["time [s]"] / 60, columns["tip_von_mises [MPa]"])
axes.set(xlabel="time [min]", ylabel="von Mises stress at the tip [MPa]")

# %% [markdown]
# Its fields are grids of PyVista, at the stored time that is nearest.

# %%
grid = result.fields("5 min")
highest = grid.point_data["concentration [mol/m^3]"].max()
print(f"highest concentration after 5 min: {highest:.1f} mol/m^3")

# %% [markdown]
# The pictures of the system are files in the result folder; a notebook shows them.

# %%
result.plot("fields")
