"""The stress concentration of the void: an elastic problem of its own on the same mesh."""

import numpy as np
from dolfinx import fem

from anodex.meshes.tagged import TaggedMesh
from anodex.models.discrete.fields import VertexAverage
from anodex.models.systems.spindle_void.case import Case
from anodex.models.systems.spindle_void.case_tables import Galvanostatic
from anodex.models.systems.spindle_void.problem import SpindleVoid


def stress_concentration_factor(case: Case, tagged: TaggedMesh) -> float:
    """Largest principal stress on the void's surface over a remote traction normal to the long
    axis, elastic, no current, free sides.

    On the traction-free surface that principal stress is the hoop stress of the textbooks.
    """
    elastic = case.model_copy(
        update={
            "loading": case.loading.model_copy(
                update={
                    "remote_traction": 1.0,
                    "void_pressure": 0.0,
                    "outer": "free",
                    "reservoir": "none",
                }
            ),
            "kinetics": Galvanostatic(),
            "matrix": case.matrix.without_creep(),
        }
    )
    problem = SpindleVoid(elastic, tagged)
    problem.begin()
    stress = VertexAverage(problem.stress, tagged.mesh, problem.matrix_cells)()
    tagged.mesh.topology.create_connectivity(tagged.mesh.topology.dim - 1, tagged.mesh.topology.dim)
    surface = fem.locate_dofs_topological(
        stress.function_space,
        tagged.mesh.topology.dim - 1,
        tagged.facets.find(tagged.tags["void_surface"]),
    )
    tensors = stress.x.array.reshape(-1, 3, 3)[surface]
    highest = np.linalg.eigvalsh(tensors)[:, -1].max(initial=-np.inf)
    problem.destroy()
    return tagged.mesh.comm.allreduce(float(highest), op=max)
