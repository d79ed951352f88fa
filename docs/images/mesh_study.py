"""Draw the mesh study of docs/systems/spindle_void/verification.md:
`mesh_study.py results/mesh_study docs/images/mesh_study.png`.
"""

import csv
import sys
from pathlib import Path

from matplotlib import pyplot

from anodex.models.drawing.style import save, style

CURVES = {
    "peak_tip_von_mises [MPa]": "von Mises stress at the tip [MPa]",
    "peak_energy_release_rate [J/m^2]": "energy release rate [mJ/m²]",
}
TIPS = {1.2: "tip radius 1.2 µm", 0.0: "sharp tip"}


def main(sweep: Path, picture: Path) -> None:
    with (sweep / "sweep.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    with style():
        figure, axes = pyplot.subplots(1, 2, figsize=(8, 3.2))
        for place, (column, text) in zip(axes, CURVES.items(), strict=True):
            factor = 1e3 if "J/m^2" in column else 1.0
            for radius, name in TIPS.items():
                chosen = [row for row in rows if float(row["geometry.tip_radius [um]"]) == radius]
                place.plot(
                    [float(row["geometry.refinement"]) for row in chosen],
                    [factor * float(row[column]) for row in chosen],
                    "o-",
                    label=name,
                )
            place.set_xscale("log", base=2)
            place.set_xticks([0.5, 1, 2, 4], ["0.5", "1", "2", "4"])
            place.set_ylim(0, 1.15 * max(factor * float(row[column]) for row in rows))
            place.set(xlabel="geometry.refinement", ylabel=text)
        axes[0].legend()
        save(figure, picture)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
