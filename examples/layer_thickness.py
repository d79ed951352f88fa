# %% [markdown]
# # How the sodium interphase thickens
#
# Which law does the reactive layer on sodium grow by: with the charge that passes, with time, or
# with both? Zhang et al. measured three cells by tomography and four pieces of sodium by electron
# microscopy. This page asks what those numbers can tell, and what they cannot. It needs no solver.

# %%
import numpy as np
from matplotlib import pyplot
from scipy.stats import f as fisher

# %% [markdown]
# Thickness after cycling at 0.1 mA/cm² (tomography, cells 1 to 3, one cell a charge). In cell 4,
# after 14.12 mAh/cm², the whole foil had become layer: only a lower bound. At rest for 48 h:
# sodium in oxygen, in electrolyte, and in both.

# %%
charge = np.array([3.850, 7.844, 8.557])  # mAh/cm^2
thickness = np.array([102.0, 174.0, 352.0])  # um
hours = charge / 0.1  # at 0.1 mA/cm^2, without pauses
REST = 48.0  # h
at_rest = {"oxygen": 25.0, "electrolyte": 46.0, "both": 354.0}  # um

# %% [markdown]
# ## A law of charge
#
# Take h = a Qⁿ with a relative scatter from cell to cell that is unknown. For each n the best a
# follows; an n is kept as long as what is left over does not exceed the least by more than Fisher's
# distribution allows with three cells and two constants, that is, one degree of freedom.


# %%
def left_over(exponents: np.ndarray, driver: np.ndarray, measured: np.ndarray) -> np.ndarray:
    """Sum of squares of ln h - n ln x - ln a with the best a, shape of `exponents`."""
    rest = np.log(measured) - exponents[:, None] * np.log(driver)
    return ((rest - rest.mean(axis=1, keepdims=True)) ** 2).sum(axis=1)


def interval(confidence: float, exponents: np.ndarray, squares: np.ndarray) -> tuple[float, float]:
    """Least and largest exponent that three cells cannot rule out."""
    freedom = len(charge) - 2
    allowed = squares.min() * (1 + fisher.ppf(confidence, 1, freedom) / freedom)
    kept = exponents[squares <= allowed]
    return float(kept[0]), float(kept[-1])


exponents = np.linspace(-12, 12, 24001)
squares = left_over(exponents, charge, thickness)
best = float(exponents[squares.argmin()])
scatter = float(np.sqrt(squares.min() / (len(charge) - 2)))
likely, sure = (interval(c, exponents, squares) for c in (0.683, 0.95))
print(f"n = {best:.2f}, scatter from cell to cell {100 * scatter:.0f} %")
print(f"68 % interval {likely[0]:.1f} to {likely[1]:.1f}, 95 % {sure[0]:.1f} to {sure[1]:.1f}")

# %% [markdown]
# The interval holds a layer that thins and one that explodes: these cells tell no exponent. The
# conflict is between two of them. From cell 2 to cell 3 the charge grows by 9 % and the thickness
# doubles; a law that went through both would have the exponent below. Either the cells differ by
# more than a third in what charge does not count, or something happened between 7.8 and 8.6 mAh/cm²
# that a law of growth does not know, such as a crack that lets the electrolyte in.

# %%
between = float(np.log(thickness[2] / thickness[1]) / np.log(charge[2] / charge[1]))
print(f"from cell 2 to cell 3: n = {between:.1f}")

# %% [markdown]
# ## A law of time
#
# Oxygen and electrolyte together made 354 µm in 48 h without any current. One number fits a linear
# law as well as a parabolic one. What does either say of the cells, for the hours that they ran?

# %%
linear = at_rest["both"] / REST  # um/h
parabolic = at_rest["both"] ** 2 / REST  # um^2/h
predicted = {"linear": linear * hours, "parabolic": np.sqrt(parabolic * hours)}
print(f"linear {linear:.1f} um/h; parabolic {parabolic * 1e-12 / 3600:.2e} m^2/s")
for number in range(3):
    words = ", ".join(f"{name} {values[number]:.0f} um" for name, values in predicted.items())
    print(f"cell {number + 1}, {hours[number]:.1f} h: {words}; measured {thickness[number]:.0f} um")

# %% [markdown]
# By rest alone cell 1 should have three times the layer that it has, cell 2 three times, and cell 3
# a third to four fifths more, before any charge is counted. So the pieces at rest and the cells
# that were cycled do not share one law. Their access to oxygen and electrolyte may differ, and
# sodium that is plated back may renew what had reacted; the numbers do not say which.

# %%
figure, (left, right) = pyplot.subplots(1, 2, figsize=(10, 3.6), layout="constrained")
line = np.linspace(1, 15, 200)
for exponent, style in ((best, "-"), (likely[0], ":"), (likely[1], "--")):
    height = np.exp(np.mean(np.log(thickness) - exponent * np.log(charge))) * line**exponent
    left.plot(line, height, style, color="C0", label=f"n = {round(exponent, 1) + 0:g}")
for (name, style), colour in zip((("linear", "-"), ("parabolic", "-.")), ("C1", "C2"), strict=True):
    rest = linear * line / 0.1 if name == "linear" else np.sqrt(parabolic * line / 0.1)
    left.plot(line, rest, style, color=colour, label=f"rest, {name}")
left.plot(charge, thickness, "ko", label="cells 1 to 3")
left.set(xlabel="charge [mAh/cm²]", ylabel="thickness of the layer [µm]", ylim=(0, 700))
left.set_title("laws through the cells, and from rest")
left.legend(frameon=False, fontsize="small")
left.axvline(14.12, color="0.7", linewidth=0.8)
left.annotate("cell 4: all layer", (14.0, 30), rotation=90, ha="right", color="0.4")
right.plot(exponents, np.sqrt(squares / (len(charge) - 2)))
for (low, high), words in ((likely, "68 %"), (sure, "95 %")):
    height = float(np.interp(high, exponents, np.sqrt(squares / (len(charge) - 2))))
    right.annotate("", (low, height), (high, height), arrowprops={"arrowstyle": "<->"})
    right.text(best, height + 0.1, words, ha="center")
right.set(xlabel="exponent n", ylabel="scatter from cell to cell", xlim=(-9, 11), ylim=(0, 6.2))
right.set_title("what each exponent asks of the cells")

# %% [markdown]
# What would decide: two cells of the same charge at different currents (time against charge), two
# alike at one charge (the scatter itself), and one cell followed in time.
