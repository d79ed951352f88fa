"""Bodies with a notch against a published curve, and with a void whose strength l decides."""

import numpy as np
import ufl
from mpi4py import MPI

from anodex.meshes import session
from anodex.meshes.rectangle import build_rectangle
from anodex.models.discrete.fields import constant
from anodex.models.errors import ConvergenceError
from anodex.models.fracture.cracked_body import CrackedBody
from anodex.models.laws.damage import DamageModel
from anodex.verification.check import Check
from anodex.verification.crack_bodies import COMM, band, fields, grown, held, moduli

SIDE, NOTCH = 1000.0, 500.0  # um
STEEL = moduli(210e3, 0.3)
STEEL_TOUGHNESS, STEEL_LENGTH = 2700.0, 15.0  # J/m^2, um
SIZE = STEEL_LENGTH / 4


def notched_plate() -> np.ndarray:
    """Opening [um] and force [MPa um] of the upper half of a plate with a notch from one side, up
    to where it breaks, shape (steps, 2).
    """
    model = DamageModel("AT2", STEEL_LENGTH)
    ahead = NOTCH - 4 * STEEL_LENGTH
    along = np.concatenate([ahead - grown(0, ahead, SIZE)[::-1], band(ahead, SIDE, SIZE)])
    across = np.append(0.0, SIZE / 2 + SIZE * np.arange(14))
    across = np.concatenate([across, grown(across[-1], SIDE / 2, SIZE)])
    displacement, damage = fields(build_rectangle(along, across))
    space = displacement.function_space
    lift = constant(space.mesh, 0.0)

    def top(x):
        return np.isclose(x[1], SIDE / 2)

    body = CrackedBody(
        displacement,
        damage,
        model,
        STEEL_TOUGHNESS / (1 + model.excess(SIZE / 2, half=True)),
        **STEEL,
        constraints=[
            held(space, 0, top),
            held(space, 1, top, lift),
            held(space, 1, lambda x: np.isclose(x[1], 0) & (x[0] > NOTCH - 1e-6)),
        ],
    )
    rows = []
    for opening in [*np.arange(1.0, 5.0, 0.5), *np.arange(5.0, 6.5, 0.05)]:
        lift.value = opening / 2
        body.solve()
        body.crack.accept()
        elastic = 2 * (body.energy() - body.crack.surface_energy())
        rows.append((opening, 2 * elastic / opening))
        if rows[-1][1] < 0.8 * rows[-2 if len(rows) > 1 else -1][1]:
            break
    body.destroy()
    return np.array(rows)


def peak_force() -> tuple[float, float]:
    """Largest force [kN] of a plate 1 mm thick."""
    return float(notched_plate()[:, 1].max()) * 1e-6, 0.7012


YOUNG, POISSON, TOUGHNESS = 1000.0, 0.33, 1.0
LONG, SHORT, FAR = 30.0, 6.0, 600.0  # half axes of the void, and half sides of the body [um]


VOID_CELLS = 6  # in a length l: what cells add to the toughness counts where a crack starts, too
BROKEN = 0.95


def void_mesh(length: float):
    """Quarter of a plate with an elliptical hole, fine where it breaks first."""

    def draw():
        import gmsh

        geo = gmsh.model.geo
        corners = ((LONG, 0), (FAR, 0), (FAR, FAR), (0, FAR), (0, SHORT))
        points = [geo.addPoint(x, y, 0) for x, y in corners]
        lines = [geo.addLine(points[i], points[i + 1]) for i in range(4)]
        arc = geo.addEllipseArc(points[4], geo.addPoint(0, 0, 0), points[0], points[0])
        surface = geo.addPlaneSurface([geo.addCurveLoop([*lines, arc])])
        geo.synchronize()
        gmsh.model.addPhysicalGroup(2, [surface], 1)
        gmsh.model.addPhysicalGroup(1, [lines[2]], 11)

        def size(_dim, _tag, x, y, _z, _size):
            away = np.hypot(max(x - LONG - 6 * length, LONG - 2 - x, 0), max(y - 3 * length, 0))
            return length / VOID_CELLS + 0.2 * away

        session.generate(2, 1, size)

    return session.build(draw, {"body": 1, "top": 11}, COMM, 2)


def void_strength(length: float) -> float:
    """Largest traction across the long axis [MPa] that an elliptical void in an AT1 body takes."""
    tagged = void_mesh(length)
    displacement, damage = fields(tagged.mesh)
    space = displacement.function_space
    pull = constant(tagged.mesh, 0.0)
    top = ufl.ds(11, domain=tagged.mesh, subdomain_data=tagged.facets)
    model = DamageModel("AT1", length)
    body = CrackedBody(
        displacement,
        damage,
        model,
        TOUGHNESS / (1 + model.excess(length / VOID_CELLS, half=True)),
        **moduli(YOUNG, POISSON),
        constraints=[
            held(space, axis, lambda x, axis=axis: np.isclose(x[axis], 0)) for axis in (0, 1)
        ],
        work=pull * displacement[1] * top,
    )
    broken, traction = 0.0, 3.0
    while broken < BROKEN:
        traction += 0.05
        pull.value = traction
        try:
            body.solve()
        except ConvergenceError:  # it runs, and under a constant load nothing stops it
            break
        body.crack.accept()
        broken = COMM.allreduce(damage.x.array.max(initial=0.0), op=MPI.MAX)
    body.destroy()
    return traction


NOTCH_CHECKS = [
    Check(
        "notched plate, AT2: largest force [kN]",
        "Miehe, Hofacker & Welschinger 2010, digitised",
        peak_force,
        # 6 % low with cells of l/4, 5 % with l/8 (0.6654): what cells add to the toughness is
        # taken out, and the curve has that of its own mesh in it. Left in, it makes the plate of
        # l/4 as strong as the published one (0.6969).
        0.07,
        slow=True,
    ),
]
