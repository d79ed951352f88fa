# %% [markdown]
# # Does a contour raise the critical current?
#
# A contoured interface has more area than a flat one, so that the local current is lower. But
# lithium that is plated must flow away over the contour, and its pressure helps cracks of the
# electrolyte to grow. Which of the two decides depends on how wide these cracks are.

# %%
import os

from matplotlib import pyplot

import anodex

# %% [markdown]
# Cosines in the plane, 150 µm from crest to crest, on a coarse mesh: a run takes part of a second.
# `SIZE=full` in the environment takes the egg-box of the shipped case, a minute for each run.

# %%
shape = {"geometry.shape": "cosine", "geometry.dimension": "2d", "geometry.refinement": 0.5}
full = os.environ.get("SIZE") == "full"
case = anodex.case(
    "contoured_interface",
    {"kinetics.area_resistance": "20 ohm*cm^2", **({} if full else shape)},
)
heights = [5, 25, 50, 75]  # um
widths = [1, 5]  # of the crack, um

# %% [markdown]
# `critical_current_ratio` is the current at which the first crack grows, over that of a flat
# interface with the same cracks.

# %%
ratios: dict[int, list[float]] = {width: [] for width in widths}
for width in widths:
    for height in heights:
        changes = {"geometry.height": f"{height} um", "dendrite.crack_width": f"{width} um"}
        result = anodex.run(case, changes, progress=False)
        ratios[width].append(result["critical_current_ratio"])
    shown = ", ".join(f"{ratio:.2f}" for ratio in ratios[width])
    print(f"cracks of {width} um: {shown}")

# %%
figure, axes = pyplot.subplots(figsize=(5, 3.2), layout="constrained")
for width in widths:
    axes.plot(heights, ratios[width], "o-", label=f"cracks of {width} µm")
axes.axhline(1, color="0.7", linewidth=0.8)
axes.set(xlabel="height of the contour [µm]", ylabel="critical current over flat")
axes.legend(frameon=False)

# %% [markdown]
# With narrow cracks the current decides, and a high contour helps; with wide ones the pressure
# does, and no contour does. How wide the cracks of a real pellet are, nobody has measured:
# [the study](../systems/contoured_interface/study.md#what-decides-the-result).
