# %% [markdown]
# # Does the stress at a void's tip pull it open?
#
# A spindle-shaped void in the porous layer on sodium fills with ions while sodium dissolves from
# its surface, and empties while sodium is deposited. The ions swell the layer around it, and its
# tip is stressed. A von Mises stress does not tell tension from compression, but only tension opens
# a crack. We run the void from Python and look at both.

# %%
import os

from matplotlib import pyplot

import anodex

# %% [markdown]
# Each key is the one of the case file, each value a text with its unit. These make the void coarse
# and the charge short; `SIZE=full` in the environment keeps the shipped ones, which take 12 s.

# %%
small = {
    "geometry.refinement": 0.25,
    "protocol.steps": [
        {"current_density": "0.1 mA/cm^2", "duration": "10 min"},
        {"current_density": "-0.1 mA/cm^2", "duration": "5 min"},
    ],
    "output.times": ["10 min"],
}
full = os.environ.get("SIZE") == "full"
result = anodex.run("spindle_void", {} if full else small, progress=False)

# %% [markdown]
# A result knows the numbers of its run by name, and has a column for each that is followed in time.

# %%
columns = result.columns
minutes = columns["time [s]"] / 60
across = columns["tip_opening_stress [MPa]"]
peak = columns["tip_von_mises [MPa]"].argmax()
print(f"largest von Mises stress at the tip: {result['peak_tip_von_mises']:.3g} MPa")
print(f"stress across the tip at that time, {minutes[peak]:.0f} min: {across[peak]:.3g} MPa")
print(f"largest tension across it: {across.max():.3g} MPa after {minutes[across.argmax()]:.1f} min")

# %%
figure, axes = pyplot.subplots(figsize=(5, 3.2), layout="constrained")
axes.plot(minutes, columns["tip_von_mises [MPa]"], label="von Mises")
axes.plot(minutes, across, label="across the tip")
axes.axhline(0, color="0.7", linewidth=0.8)
axes.set(xlabel="time [min]", ylabel="stress at the tip [MPa]")
axes.legend(frameon=False)

# %% [markdown]
# The peak presses the tip together; tension comes only with deposition, and is far smaller. Fields
# are grids of PyVista at the stored time that is nearest, and `result.plot()` draws the pictures of
# `anodex plot`. [The study](../systems/spindle_void/study.md) has the shipped case.

# %%
grid = result.fields(float(columns["time [s]"][peak]))
print(f"most ions: {grid.point_data['concentration [mol/m^3]'].max():.0f} mol/m^3")
