"""Stress at cavities in an infinite body under tension."""

from functools import partial

from anodex.meshes.void_mesh import build_void
from anodex.models.systems.spindle_void.stress_concentration import stress_concentration_factor
from anodex.verification.check import Check
from anodex.verification.eshelby import tip_stress
from anodex.verification.void_cases import COMM, NU, make_case


def concentration_factor(
    shape: str, length: float, width: float, dimension: str = "plane-strain"
) -> float:
    """Stress concentration factor in a box wide enough to stand for an infinite body."""
    geometry = {
        "shape": shape,
        "length": f"{length} um",
        "width": f"{width} um",
        "dimension": dimension,
    }
    box = {"box_length": f"{20 * length} um", "box_height": f"{20 * length} um"}
    fine = {"refinement": 1.7} if dimension == "3d" else {}
    case = make_case(geometry=geometry | box | fine)
    return stress_concentration_factor(case, build_void(case.geometry.void(), COMM))


def inglis(shape: str, length: float, width: float) -> tuple[float, float]:
    return concentration_factor(shape, length, width), 1 + 2 * length / width


def spheroid(dimension: str, length: float, width: float) -> tuple[float, float]:
    """Largest hoop stress: at the tip under radial tension; at the tip or at the flank that
    looks along z under tension along y.
    """
    a, b = length / 2, width / 2
    if dimension == "axisymmetric":
        exact = tip_stress((a, b, b), (0.0, 1.0, 1.0), NU).max()
    else:
        exact = max(tip_stress(axes, (0.0, 1.0, 0.0), NU).max() for axes in ((a, b, b), (b, b, a)))
    return concentration_factor("ellipse", length, width, dimension), float(exact)


CAVITY_CHECKS = [
    Check("Kirsch: stress at a circular hole", "Kirsch 1898", partial(inglis, "dot", 20, 20), 0.01),
    Check("Inglis: ellipse 60 x 12 um", "Inglis 1913", partial(inglis, "ellipse", 60, 12), 0.01),
    Check("Inglis: ellipse 90 x 20 um", "Inglis 1913", partial(inglis, "ellipse", 90, 20), 0.01),
    Check(
        "prolate cavity, axisymmetric, radial tension",
        "Eshelby 1957",
        partial(spheroid, "axisymmetric", 60, 12),
        0.01,
    ),
    Check(
        "sphere, axisymmetric, radial tension",
        "Eshelby 1957",
        partial(spheroid, "axisymmetric", 20, 20),
        0.01,
    ),
    Check(
        "sphere, 3-D, uniaxial tension",
        "Goodier 1933; Eshelby 1957",
        partial(spheroid, "3d", 20, 20),
        0.01,
        slow=True,
    ),
    Check(
        "prolate cavity, 3-D, uniaxial tension",
        "Eshelby 1957",
        partial(spheroid, "3d", 20, 10),
        0.01,
        slow=True,
    ),
]
