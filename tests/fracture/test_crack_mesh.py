"""A crack that runs out of its fine cells, and goes on in a new mesh that follows it."""

import numpy as np
import pytest
from dolfinx import fem
from mpi4py import MPI

from anodex.meshes.slab import SlabGeometry, build_slab
from anodex.meshes.tagged import TaggedMesh
from anodex.models.adapt.carry import Carrier
from anodex.models.adapt.front_band import FrontBand, boxes_about, boxes_of, interface_points
from anodex.models.adapt.refinement import refine
from anodex.models.discrete.compat import geometry_dofmap
from anodex.models.fracture.crack_mesh import crack_sizes
from anodex.models.fracture.cracked_body import CrackedBody
from anodex.models.laws.damage import DamageModel
from anodex.verification.crack_bodies import fields, held, moduli

COMM = MPI.COMM_WORLD
MODEL = DamageModel("AT1", 1.0)
RULE = crack_sizes(MODEL.length, ahead=4.0, coarse=4.0)
SIDES = (24.0, 16.0)
MIDDLE = SIDES[1] / 2
VOLUMES = np.arange(0.4, 1.45, 0.25)  # um^2, by which the crack is opened


def cracked(tagged: TaggedMesh) -> CrackedBody:
    displacement, damage = fields(tagged.mesh)
    space = displacement.function_space
    return CrackedBody(
        displacement,
        damage,
        MODEL,
        1.0 / (1 + MODEL.excess(RULE.fine)),
        **moduli(1000.0, 0.2),
        constraints=[
            held(space, axis, lambda x, side=side: np.isclose(x[1], side))
            for axis in (0, 1)
            for side in (0.0, SIDES[1])
        ],
    )


def largest_damaged_cell(damage: fem.Function) -> float:
    """Size of the largest cell with damage above a tenth [um]."""
    mesh = damage.function_space.mesh
    owned = mesh.topology.index_map(2).size_local
    corners = mesh.geometry.x[geometry_dofmap(mesh)[:owned]][:, :, :2]
    sizes = np.sqrt(np.abs(np.linalg.det(corners[:, 1:] - corners[:, :1])))
    most = damage.x.array[damage.function_space.dofmap.list[:owned]].max(axis=1)
    return COMM.allreduce(sizes[most > 0.1].max(initial=0.0), op=MPI.MAX)


@pytest.mark.serial  # what carries fields to a new mesh is held to one rank in adapt/
def test_a_crack_goes_on_in_a_mesh_that_follows_it():
    base = build_slab(SlabGeometry(*SIDES, cell_size=4.0), COMM, simplices=True)
    path = np.stack([np.linspace(0, 4, 9), np.full(9, MIDDLE)], axis=1)
    tagged = refine(base, FrontBand(RULE, boxes_of(path, RULE.box)).sizes)
    body = cracked(tagged)
    body.crack.cut(lambda x: (x[0] <= 4.01) & (np.abs(x[1] - MIDDLE) <= RULE.fine / 2))
    band, meshes = FrontBand(RULE, boxes_about(body.damage, RULE.box)), 1
    for volume in VOLUMES:
        body.solve_volume(volume)
        body.crack.accept()
        assert largest_damaged_cell(body.damage) <= 1.01 * MODEL.length / 3
        here = band.left_by(interface_points(body.damage))
        if COMM.allreduce(here, op=MPI.LOR):
            band = FrontBand(RULE, boxes_about(body.damage, RULE.box))
            other = cracked(refine(base, band.sizes))
            carry = Carrier(body.damage.function_space.mesh, other.damage.function_space.mesh)
            carry(body.damage, other.damage)
            other.crack.accept()
            assert other.crack.area() == pytest.approx(body.crack.area(), rel=2e-3)
            body.destroy()
            body, meshes = other, meshes + 1
    assert meshes > 1
    body.destroy()
