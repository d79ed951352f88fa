# %% [markdown]
# # Below which current does a flaw never grow?
#
# Lithium plated into a crack of a solid electrolyte has no room: its pressure rises until the crack
# grows. But lithium creeps, and some of it is squeezed out of the mouth of the crack again. At a
# low current all of it is, the pressure levels off, and the crack never grows.

# %%
import os

from matplotlib import pyplot

import anodex

# %% [markdown]
# A crack of 20 µm on a coarse mesh in a small box, without its late growth; `SIZE=full` in the
# environment takes the mesh of the shipped case.

# %%
flaw = {"crack.length": "20 um", "filling.extrusion": True, "output.times": []}
coarse = {
    "fracture.length_scale": "2 um",
    "numerics.refinement": 0.5,
    "numerics.box": 6,
    "numerics.farthest": 1.1,
    "numerics.largest_change": 0.3,
}
case = anodex.case("filled_crack", {**flaw, **({} if os.environ.get("SIZE") == "full" else coarse)})

# %% [markdown]
# A run in which the crack grows knows the answer. A second run takes half of that current.

# %%
grown = anodex.run(case, {"filling.current_density": "5 mA/cm^2"}, progress=False)
critical = grown["critical_current_density"]
print(f"it grows after {grown['time_to_growth']:.1f} s at {grown['pressure_at_growth']:.1f} MPa")
print(f"critical current density: {critical:.2f} mA/cm^2")
half = {"filling.current_density": f"{critical / 2} mA/cm^2", "loading.duration": "5 min"}
rests = anodex.run(case, half, progress=False)
print(f"at half of it: {rests['pressure_end']:.1f} MPa after 5 min", end=", ")
print(f"{rests.columns['extruded_share [1]'][-1]:.0%} of the lithium squeezed out")

# %%
figure, axes = pyplot.subplots(figsize=(5, 3.2), layout="constrained")
for name, result in (("5 mA/cm²", grown), ("half of the critical one", rests)):
    columns = result.columns
    axes.semilogx(columns["time [s]"][1:], columns["pressure [MPa]"][1:], label=name)
axes.set(xlabel="time [s]", ylabel="pressure in the crack [MPa]")
axes.legend(frameon=False)

# %% [markdown]
# The critical current goes with the fifth power of the pressure, and a crack twice as long bears a
# 360th of it: [the study](../systems/filled_crack/study.md). Coarse mesh and small box take a
# quarter off the value here.
