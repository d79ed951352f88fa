# %% [markdown]
# # How far does a stack compact?
#
# Electrolyte powder is pressed in a tube of PTFE. The tube gives way, so that the powder gets less
# than the pressure on the punch, and leaves a gap into which lithium creeps later. How dense does
# the pellet become, how much of that stays when the punch is drawn back, and what would a rigid
# sleeve around the tube change?

# %%
import os

from matplotlib import pyplot

import anodex

# %% [markdown]
# Pressing is the first stage of the case, and `stages.last` ends the run with it. The mesh is
# coarse; `SIZE=full` in the environment takes that of the shipped case, 20 s for each run.

# %%
refinement = 1.0 if os.environ.get("SIZE") == "full" else 0.25
pressing = {
    "stages.last": "compaction",
    "compaction.cathode_pressure": "0 MPa",  # no second stroke for the cathode
    "geometry.refinement": refinement,
}
tubes = {"PTFE alone": False, "PTFE in a rigid sleeve": True}

# %% [markdown]
# Every system reports its numbers in the same way: some at the end of the run, some in time.

# %%
figure, (left, right) = pyplot.subplots(1, 2, figsize=(9, 3.2), layout="constrained")
results = {}
for name, sleeve in tubes.items():
    changes = {**pressing, "tube.sleeve": sleeve}
    result = results[name] = anodex.run("cell_stack", changes, progress=False)
    loaded, released = result["relative_density_loaded"], result["relative_density"]
    print(f"{name}: {loaded:.3f} under pressure, {released:.3f} after it", end=", ")
    print(f"gap at the pellet {result['gap_at_pellet']:.0f} um")
    columns = result.columns
    left.plot(columns["stack_pressure [MPa]"], columns["relative_density [1]"], label=name)
    right.plot(columns["stack_pressure [MPa]"], columns["bulge [um]"], label=name)
left.set(xlabel="pressure on the punch [MPa]", ylabel="relative density")
right.set(xlabel="pressure on the punch [MPa]", ylabel="bulge of the tube's wall [µm]")
left.legend(frameon=False)

# %% [markdown]
# The powder springs back by less than a hundredth. The sleeve hardly changes the density, which
# was fitted, but halves the gap. [The study](../systems/cell_stack/study.md) goes on with what
# lithium does in it.
