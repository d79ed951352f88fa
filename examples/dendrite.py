# %% [markdown]
# # Does pressure turn a hard short soft?
#
# Lithium that has grown through a solid electrolyte touches the counter electrode. A *hard* short
# stays; a *soft* one opens and comes back, and the cell voltage jumps. In contact there is next to
# no voltage that could plate, and lithium under pressure dissolves by what its pressure is worth.
# So a stack pressure should open the contact. Does it?

# %%
import os

from matplotlib import pyplot

import anodex

# %% [markdown]
# A flat front close to the counter electrode touches soon. `SIZE=full` in the environment takes the
# pores and branches of the shipped case, 40 s for each run.

# %%
close = {
    "geometry.length": "24 um",
    "geometry.width": "12 um",
    "geometry.lithium_thickness": "17 um",
    "geometry.porosity": 0,
    "geometry.cells_per_width": 3,
    "numerics.first_step": "5 s",
    "numerics.largest_step": "100 s",
    "loading.duration": "1500 s",
    "output.frames": 2,
}
no_stress = {"mechanics.enabled": False, "mechanics.plating_strain": 7e-4}  # its default
loads = {
    "no stress": {**no_stress, "loading.external_pressure": "0 MPa"},
    "10 MPa": {"loading.external_pressure": "10 MPa"},
}

# %%
figure, axes = pyplot.subplots(figsize=(6, 3.2), layout="constrained")
results = {}
for name, load in loads.items():
    changes = {**({} if os.environ.get("SIZE") == "full" else close), **load}
    result = results[name] = anodex.run("dendrite_small", changes, progress=False)
    print(f"{name}: {result['short_kind']}, first contact after", end=" ")
    print(f"{result['time_of_contact']:.0f} s, held {result['contact_duty']:.0%} of the time since")
    columns = result.columns
    axes.plot(columns["time [s]"], 1e3 * columns["cell_voltage [V]"], label=name)
axes.set(xlabel="time [s]", ylabel="cell voltage [mV]")
axes.legend(frameon=False)

# %% [markdown]
# It does. How long a contact lasts hangs on the width of the model's interface and is no
# prediction; the share of the time in contact does not, and has a formula without a fitted number:
# [the study](../systems/dendrite/study.md#pressure).
