"""Draw the critical current against toughness of docs/systems/filled_crack/study.md, closed form
(lines) and runs (dots):
`filled_crack_toughness.py results/filled_crack_toughness docs/images/filled_crack_toughness.png`.
"""

import csv
import sys
from pathlib import Path

import numpy as np
from matplotlib import pyplot

from anodex.models.drawing.style import save, style
from anodex.models.laws.constants import MILLIAMPERE_PER_SQUARE_CENTIMETRE
from anodex.models.systems.filled_crack.case import Case

LAWS = {
    "Roy et al.": {"creep_law": "roy"},
    "LePage et al., 298 K": {"creep_law": "lepage"},
    "Anand and Narayan, saturated": {"creep_law": "anand-saturated"},
    "sodium": {"metal": "sodium"},
}
TOUGHNESS = np.linspace(0.15, 0.4, 51)  # MPa m^0.5


def closed_form(filling: dict, toughness: float) -> float:
    """Critical current of a sharp crack of 20 um without stack pressure [mA/cm^2]."""
    case = Case(
        crack={"length": "20 um"},
        electrolyte={"toughness": f"{toughness} MPa*m^0.5"},
        filling={"extrusion": True, **filling},
    )
    outflow = case.filling.outflow(case.growth_pressure(case.crack.length), case.crack.length)
    return case.filling.current_of(outflow) / MILLIAMPERE_PER_SQUARE_CENTIMETRE


def main(sweep: Path, picture: Path) -> None:
    with (sweep / "sweep.csv").open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["state"] == "done"]
    with style():
        figure, axes = pyplot.subplots(figsize=(4.6, 3.6))
        for name, filling in LAWS.items():
            (line,) = axes.plot(
                TOUGHNESS, [closed_form(filling, value) for value in TOUGHNESS], label=name
            )
            chosen = [row for row in rows if row["filling.creep_law"] == filling.get("creep_law")]
            axes.plot(
                [float(row["electrolyte.toughness [MPa*m^0.5]"]) for row in chosen],
                [float(row["critical_current_density [mA/cm^2]"]) for row in chosen],
                "o",
                color=line.get_color(),
            )
        axes.set_yscale("log")
        axes.set(xlabel="toughness [MPa√m]", ylabel="critical current [mA/cm²]")
        axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2)
        save(figure, picture)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
