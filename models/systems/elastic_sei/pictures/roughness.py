"""Roughness against time, beside what was measured."""

from math import isclose
from pathlib import Path

from matplotlib import pyplot as plt

from anodex.models.drawing.steps import key_of_steps, shade_steps, steps_of
from anodex.models.drawing.style import save
from anodex.models.materials import find
from anodex.models.results.history import TIME
from anodex.models.results.result import Result
from anodex.models.systems.elastic_sei.case import Case
from anodex.models.systems.elastic_sei.case_film import ElasticFilm
from anodex.models.systems.elastic_sei.pictures.profiles import is_plating_of_the_paper

# Roughness and its deviation [nm] after plating 0.5 mAh/cm^2 at 0.5 mA/cm^2 and after stripping:
# Gong et al., Energy Environ. Sci. 16 (2023) 535, Figure 4 and its text.
MEASURED = {
    "ether_interphase": ((26.0, 5.0), (6.0, 2.0)),
    "carbonate_interphase": ((208.0, 26.0), (32.0, 8.0)),
}
COPPER = (12.4, 2.1)  # the foil before
MINUTE = 60.0  # s


def draw_roughness(result: Result, path: Path) -> Path | None:
    """Roughness against time; measured values that are of a case like this one; the shaded spans
    are steps of stripping, and conditions have ended steps at the dotted lines. None
    for a single row.
    """
    history = result.columns
    if len(history[TIME]) < 2:
        return None
    figure, axes = plt.subplots(figsize=(7, 4.4))
    axes.plot(history[TIME] / MINUTE, history["roughness [nm]"], label="computed")
    for number, (text, (time, (value, deviation))) in enumerate(measured(result.case).items()):
        axes.errorbar(
            time / MINUTE,
            value,
            deviation,
            fmt="os^"[number],
            color=f"C{1 + number}",
            capsize=4,
            clip_on=False,
            label=f"Gong et al. 2023, {text}: {value:g} ± {deviation:g} nm",
        )
    steps = steps_of(result)
    shade_steps(axes, steps, MINUTE)
    axes.set(xlabel="time [min]", ylabel="roughness, root mean square [nm]")
    axes.set_ylim(bottom=0)
    axes.margins(x=0.02)
    curves, _ = axes.get_legend_handles_labels()
    key = key_of_steps(steps, "stripping")
    figure.legend(handles=[*curves, *key], loc="outside upper center", ncols=2)
    return save(figure, path)


def measured(case: Case) -> dict[str, tuple[float, tuple[float, float]]]:
    """What was measured on a surface like that of a case: words -> time [s], and roughness with its
    deviation [nm].
    """
    found = {}
    if case.surface.shape == "random" and abs(1e3 * case.surface.roughness - COPPER[0]) < COPPER[1]:
        found["copper foil"] = (0.0, COPPER)
    names = [name for name in MEASURED if _is_of(case, name)]
    steps = case.protocol.taken
    if names and steps and is_plating_of_the_paper(steps[0].current_density, steps[0].duration):
        plated, stripped = MEASURED[names[0]]
        found["after plating"] = (steps[0].duration, plated)
        if len(steps) > 1 and steps[1].current_density < 0:
            found["after stripping"] = (steps[0].duration + steps[1].duration, stripped)
    return found


def _is_of(case: Case, name: str) -> bool:
    """Whether film and resistance are those of an interphase."""
    film = case.film
    if not isinstance(film, ElasticFilm):
        return False
    wanted = {
        "thickness": (film.thickness, "um"),
        "elastic_limit": (film.elastic_limit, ""),
        "area_resistance": (case.kinetics.area_resistance, "V*um^2/pA"),
    }
    own = find(name)
    return all(isclose(own[key].to(unit), value) for key, (value, unit) in wanted.items())
