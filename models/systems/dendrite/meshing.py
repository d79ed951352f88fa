"""Meshes: fine wherever the interface can go, or following it, made anew from a coarse slab."""

from math import factorial, floor, log2, prod

import numpy as np
from mpi4py import MPI

from anodex.meshes.slab import SlabGeometry, build_slab
from anodex.meshes.tagged import TaggedMesh
from anodex.models.adapt.front_band import INTERFACE, FrontBand, SizeRule, boxes_of
from anodex.models.adapt.refinement import refine
from anodex.models.systems.dendrite.case import Case
from anodex.models.systems.dendrite.structure import first_phase, period, slab

HALVINGS = 3  # of the coarse cells, until they are fine, at most
COARSE_CELLS = 3  # across the shortest side, at least
# All over the width of the interface. Its tails fall below 1e-4 within the band; it may move by 1.6
# of its widths before a new mesh, which takes as long as some four steps. A band that is narrower
# by one width wants 2.5 times as many meshes, and saves 7 % of the cells of cases/dendrite.toml.
BOX, BAND, REACH = 0.5, 3.0, 2.0
# Walls of pores: cells across them far from the front, and up to where they are fine.
WALL_CELLS, WALL_BAND, WALL_REACH = 1.0, 1.0, 5.0
# Where branches ahead take the current, in widths; cells are twice as large there.
DEPTH, ASIDE, SHADED = 15.0, 10.0, 2
# What cells between fine and coarse ones add, as counted; how many share a node, by dimension.
GRADED, CELLS_A_NODE = 1.4, {2: 2.0, 3: 5.5}


def build_mesh(case: Case, comm: MPI.Comm) -> TaggedMesh:
    """Geometry of the case, and of what its mesh is made about at the start."""
    if case.numerics.adaptive:
        return mesh_about(case, comm, boxes_at_start(case))
    return build_slab(slab(case), comm)


def coarse_slab(case: Case) -> tuple[SlabGeometry, int]:
    """What meshes are made from, and how often its cells are halved until they are fine."""
    geometry, size = case.geometry, case.cell_size
    sides = [side for side in (geometry.length, geometry.width, geometry.depth) if side]
    halvings = min(HALVINGS, floor(log2(max(min(sides) / size / COARSE_CELLS, 1.0))))
    return SlabGeometry(
        geometry.length, geometry.width, geometry.depth, cell_size=size * 2**halvings, coarsening=1
    ), halvings


def band_about(case: Case, boxes: np.ndarray) -> FrontBand:
    """Sizes of the cells for an interface that lies in some boxes."""
    whole, halvings = coarse_slab(case)
    # whole cells fit, so that they are a little larger or smaller than asked for
    coarse = prod(side / count for side, count in zip(whole.sides, whole.counts, strict=True)) ** (
        1 / len(whole.sides)
    )
    fine, width = coarse / 2**halvings, case.interface.width
    rule = SizeRule(
        fine=fine,
        coarse=coarse,
        band=BAND * width,
        reach=REACH * width,
        box=BOX * width,
        wall_size=fine * width / case.cell_size / WALL_CELLS,
        wall_band=WALL_BAND * width,
        wall_reach=WALL_REACH * width,
        shaded=SHADED * fine,
        depth=DEPTH * width,
        aside=ASIDE * width,
    )
    walls = None if case.pores is None else case.pores.distance
    return FrontBand(rule, boxes, walls, period(case))


def cells_at_start(case: Case) -> tuple[int, int]:
    """About how many cells and nodes the first mesh has, without making it: those of the coarse
    slab, of the band about a flat front and of walls, and what lies between.
    """
    whole, _ = coarse_slab(case)
    geometry, width, dimension = case.geometry, case.interface.width, len(whole.sides)
    fine = case.cell_size
    walls = 2 * dimension * geometry.porosity / geometry.pore_diameter  # their area by volume
    band = 2 * (BAND + BOX) * width * prod(whole.sides[1:]) / fine**dimension
    at_walls = (
        2 * WALL_BAND * width * walls * prod(case.electrolyte_box[1])
        / (width / WALL_CELLS) ** dimension
    )  # fmt: skip
    cells = GRADED * factorial(dimension) * (prod(whole.counts) + band + at_walls)
    return round(cells), round(cells / CELLS_A_NODE[dimension])


def boxes_at_start(case: Case) -> np.ndarray:
    """Boxes that hold the interface at the start, shape (boxes, dimension)."""
    geometry, box = case.geometry, BOX * case.interface.width
    ends = [
        geometry.lithium_thickness + geometry.protrusion_height + 2 * case.interface.width,
        geometry.width,
        *([geometry.depth] if geometry.depth else []),
    ]
    lines = [np.arange(0.0, end, box / 4) for end in ends]
    points = np.stack(np.meshgrid(*lines, indexing="ij"), axis=-1).reshape(-1, len(lines))
    filled = np.zeros((len(points), 3))
    filled[:, : len(lines)] = points
    phase = first_phase(case, filled)
    return boxes_of(points[(phase > INTERFACE[0]) & (phase < INTERFACE[1])], box)


def mesh_about(case: Case, comm: MPI.Comm, boxes: np.ndarray) -> TaggedMesh:
    """Triangles or tetrahedra, fine where the interface lies in some boxes; collective."""
    whole, _ = coarse_slab(case)
    base = build_slab(whole, comm, simplices=True)
    return refine(base, band_about(case, boxes).sizes, period(case))
