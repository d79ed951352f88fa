"""Nodes on opposite faces of a periodic cell that are images of each other."""

import numpy as np

from anodex.models.discrete.fields import MixedFields
from anodex.models.errors import InputError

MATCH = 1e-8  # how far a node may be from its image, of the longest period


def periodic_images(
    fields: MixedFields, name: str, period: np.ndarray, held: np.ndarray, first: int
) -> tuple[np.ndarray, ...]:
    """Dofs of a field on periodic faces, alike on every rank; collective.

    Parameters
    ----------
    fields, name
        The field.
    period
        Lengths of the cell along the axes [um], 0 along one in which fields are not periodic.
    held
        Whether a Dirichlet condition holds each of this rank's dofs, shape (owned dofs,).
    first
        Global number of the first of these.

    Returns
    -------
    For each dof on a face, of shape (dofs,): its group of images, whether it is on low faces
    alone, its global number, whether it is held.

    Raises
    ------
    InputError
        If a node has no image on the opposite face; on every rank alike.
    """
    space, mesh = fields.spaces[name], fields.space.mesh
    components, axes, close = (
        space.dofmap.index_map_bs,
        np.flatnonzero(period),
        MATCH * period.max(),
    )
    period = period[axes]
    dofs = fields.owned[name].reshape(-1, components)
    x = space.tabulate_dof_coordinates()[: len(dofs)]
    corner = np.min(
        mesh.comm.allgather(mesh.geometry.x[:, axes].min(axis=0, initial=np.inf)), axis=0
    )
    low, high = (np.abs(x[:, axes] - face) < close for face in (corner, corner + period))
    on_face = (low | high).any(axis=1)
    x[:, axes] -= high * period
    parts = x, ~high.any(axis=1), 2 ** low.sum(axis=1), dofs + first, held[dofs]
    every = mesh.comm.allgather([part[on_face] for part in parts])
    x, leads, images, dofs, held = (np.concatenate(parts) for parts in zip(*every, strict=True))
    from scipy.spatial import cKDTree

    _, group = cKDTree(x[leads]).query(x, distance_upper_bound=close)
    found = np.bincount(group, minlength=leads.sum() + 1)[:-1]
    # the tree answers with the number of leads where it finds none
    alone = np.append(found != images[leads], True)[group]
    if alone.any():
        place, lengths = (
            ", ".join(f"{value:.6g}" for value in values) for values in (x[alone][0], period)
        )
        raise InputError(
            f"Field '{name}' has not all periodic images of its node at ({place}) um; the period "
            f"is ({lengths}) um. "
            "Opposite faces must be planes with the same nodes: check the period and the mesh."
        )
    group = group[:, None] * components + np.arange(components)
    return group.reshape(-1), np.repeat(leads, components), dofs.reshape(-1), held.reshape(-1)
