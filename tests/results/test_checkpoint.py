import os
import signal
import subprocess
import sys
import time

import basix.ufl
import h5py
import numpy as np
import pytest
from dolfinx import fem, mesh
from mpi4py import MPI

from anodex.models.errors import SetupError
from anodex.models.results.checkpoint import read_checkpoint, write_checkpoint
from anodex.models.results.checkpoint_head import FORMAT, FormatError
from anodex.models.results.files import previous_of
from anodex.models.results.sealed import write_sealed

COMM = MPI.COMM_WORLD
SCALARS = {"time": 0.1 + 0.2, "step": 7, "protocol": "rest µ", "last_residual": float("inf")}


def cube(comm: MPI.Comm, cells: int = 3, length: float = 1.0) -> mesh.Mesh:
    corners = [np.zeros(3), np.array([length, 1.0, 1.0])]
    return mesh.create_box(comm, corners, [cells, 2, 2], ghost_mode=mesh.GhostMode.shared_facet)


def elements(cell: str) -> dict:
    linear, quadratic = basix.ufl.element("P", cell, 1), basix.ufl.element("P", cell, 2, shape=(3,))
    return {
        "mixed": basix.ufl.mixed_element([linear, quadratic, linear]),
        "vector": quadratic,
        "jump": basix.ufl.element("DG", cell, 1),
        "history": basix.ufl.quadrature_element(cell, degree=2),
        "creep_strain": basix.ufl.quadrature_element(cell, (3, 3), degree=2),
    }


def state(domain: mesh.Mesh) -> dict[str, fem.Function]:
    return {
        name: fem.Function(fem.functionspace(domain, element))
        for name, element in elements(domain.basix_cell()).items()
    }


def fill(functions: dict[str, fem.Function]) -> None:
    """Values that depend on the place alone, so that any partition makes the same."""
    mixed = functions["mixed"]
    mixed.sub(0).interpolate(lambda x: np.sin(x[0] + 2 * x[1] + 5 * x[2]))
    mixed.sub(1).interpolate(lambda x: np.stack([np.cos(3 * x[0]), x[1] ** 2 / 3, np.exp(x[2])]))
    mixed.sub(2).interpolate(lambda x: x[2] / 7)
    functions["vector"].interpolate(lambda x: np.stack([x[0] / 3, np.sin(x[1]), x[2] * x[0]]))
    functions["jump"].interpolate(lambda x: x[0] * x[1] + x[2])
    domain = mixed.function_space.mesh
    for name in ("history", "creep_strain"):
        space = functions[name].function_space
        middle = mesh.compute_midpoints(
            domain, 3, np.arange(len(space.dofmap.list), dtype=np.int32)
        ) @ [1.0, 10.0, 100.0]
        size = space.dofmap.bs
        inside = np.arange(space.dofmap.list.shape[1])[:, None] + np.linspace(0, 0.5, size)
        functions[name].x.array.reshape(-1, size)[space.dofmap.list] = (
            middle[:, None, None] + inside
        )
    for function in functions.values():
        function.x.scatter_forward()


def test_state_comes_back_to_the_last_bit(shared_tmp_path):
    domain = cube(COMM)  # one mesh: the partition of a second one may be another
    written, read = state(domain), state(domain)
    fill(written)
    path = shared_tmp_path / "checkpoint.h5"
    write_checkpoint(path, COMM, written, SCALARS)
    assert read_checkpoint(path, COMM, read) == SCALARS
    for name, function in written.items():
        np.testing.assert_array_equal(read[name].x.array, function.x.array, err_msg=name)
    assert [entry.name for entry in shared_tmp_path.iterdir()] == ["checkpoint.h5"]


@pytest.mark.parametrize("writers", ["one", "all"])
def test_state_comes_back_on_another_number_of_ranks(shared_tmp_path, writers):
    path = shared_tmp_path / "checkpoint.h5"
    writing, reading = (MPI.COMM_SELF, COMM) if writers == "one" else (COMM, MPI.COMM_SELF)
    if writers == "all" or COMM.rank == 0:
        written = state(cube(writing))
        fill(written)
        write_checkpoint(path, writing, written, SCALARS)
    COMM.barrier()
    domain = cube(reading)
    expected, read = state(domain), state(domain)
    fill(expected)
    assert read_checkpoint(path, reading, read) == SCALARS
    for name, function in expected.items():
        np.testing.assert_allclose(
            read[name].x.array, function.x.array, rtol=1e-14, atol=1e-14, err_msg=name
        )
    COMM.barrier()


def test_submesh_state(shared_tmp_path):
    def part(comm):
        domain = cube(comm)
        sub = mesh.create_submesh(
            domain, 3, mesh.locate_entities(domain, 3, lambda x: x[0] <= 0.7)
        )[0]
        function = fem.Function(fem.functionspace(sub, ("P", 2)))
        return function

    path = shared_tmp_path / "checkpoint.h5"
    written, read = part(COMM), part(MPI.COMM_SELF)
    written.interpolate(lambda x: np.sin(x[0]) + x[1] * x[2])
    write_checkpoint(path, COMM, {"part": written}, {})
    read_checkpoint(path, MPI.COMM_SELF, {"part": read})
    expected = part(MPI.COMM_SELF)
    expected.interpolate(lambda x: np.sin(x[0]) + x[1] * x[2])
    np.testing.assert_allclose(read.x.array, expected.x.array, rtol=1e-14, atol=1e-14)


def test_state_of_another_mesh_is_refused(shared_tmp_path):
    path = shared_tmp_path / "checkpoint.h5"
    write_checkpoint(path, COMM, state(cube(COMM)), {})
    for other in (cube(COMM, cells=4), cube(COMM, length=1.01)):
        with pytest.raises(SetupError, match="another mesh"):
            read_checkpoint(path, COMM, state(other))


def test_state_of_other_functions_is_refused(shared_tmp_path):
    path = shared_tmp_path / "checkpoint.h5"
    domain = cube(COMM)
    write_checkpoint(path, COMM, {"u": fem.Function(fem.functionspace(domain, ("P", 1)))}, {})
    with pytest.raises(SetupError, match=r"needs \['v'\]"):
        read_checkpoint(path, COMM, {"v": fem.Function(fem.functionspace(domain, ("P", 1)))})
    with pytest.raises(SetupError, match="values in a cell"):
        read_checkpoint(path, COMM, {"u": fem.Function(fem.functionspace(domain, ("P", 2)))})


@pytest.mark.parametrize("element", [("P", 3), ("N1curl", 1), ("RT", 1)])
def test_unknowns_numbered_by_the_partition_need_the_same_ranks(shared_tmp_path, element):
    path = shared_tmp_path / "checkpoint.h5"
    written = fem.Function(fem.functionspace(cube(COMM), element))
    written.x.array[:] = 1.0
    write_checkpoint(path, COMM, {"u": written}, {})
    same = fem.Function(written.function_space)
    read_checkpoint(path, COMM, {"u": same})
    np.testing.assert_array_equal(same.x.array, 1.0)
    alone = fem.Function(fem.functionspace(cube(MPI.COMM_SELF), element))
    if COMM.size > 1:
        with pytest.raises(SetupError, match="needs the same number"):
            read_checkpoint(path, MPI.COMM_SELF, {"u": alone})


def test_missing_and_damaged_checkpoints_are_refused_on_every_rank(shared_tmp_path):
    path = shared_tmp_path / "checkpoint.h5"
    functions = state(cube(COMM))
    with pytest.raises(SetupError, match="cannot resume"):
        read_checkpoint(path, COMM, functions)
    write_checkpoint(path, COMM, functions, SCALARS)
    if COMM.rank == 0:
        path.write_bytes(path.read_bytes()[:600])
    COMM.barrier()
    with pytest.raises(SetupError, match="cannot resume"):
        read_checkpoint(path, COMM, functions)


def test_a_zeroed_block_is_refused_wherever_it_lies(shared_tmp_path):
    path = shared_tmp_path / "checkpoint.h5"
    functions = state(cube(COMM))
    write_checkpoint(path, COMM, functions, SCALARS)
    whole = path.read_bytes()
    for start in range(0, len(whole), len(whole) // 20):
        harmed = whole[:start] + bytes(512) + whole[start + 512 :]
        COMM.barrier()
        if harmed[: len(whole)] == whole:
            continue  # nothing but zeros there
        if COMM.rank == 0:
            path.write_bytes(harmed)
        COMM.barrier()
        with pytest.raises(SetupError, match=r"checkpoint.h5 is damaged"):
            read_checkpoint(path, COMM, functions)


def test_a_checkpoint_of_an_earlier_version_says_so(shared_tmp_path):
    path = shared_tmp_path / "checkpoint.h5"
    if COMM.rank == 0:
        with h5py.File(path, "w") as file:
            file["head"] = "{}"
    COMM.barrier()
    with pytest.raises(SetupError, match="earlier version of anodex, without a checksum"):
        read_checkpoint(path, COMM, {})


@pytest.mark.parametrize(
    ("head", "said"),
    [
        (
            {"format": FORMAT + 1, "anodex": "9.8.7"},
            f"has format {FORMAT + 1}, .*; use anodex 9.8.7",
        ),
        ({}, "has no format number, .*; use the version that wrote it"),
    ],
    ids=["later", "unnumbered"],
)
def test_a_checkpoint_of_another_format_is_refused(shared_tmp_path, head, said):
    path = shared_tmp_path / "checkpoint.h5"
    write_sealed(path, COMM, {**head, "scalars": {}, "ranks": COMM.size, "meshes": {}}, {})
    with pytest.raises(FormatError, match=said):
        read_checkpoint(path, COMM, {})


def test_the_previous_state_is_kept(shared_tmp_path):
    path = shared_tmp_path / "checkpoint.h5"
    for step in (1, 2, 3):
        write_checkpoint(path, COMM, {}, {"step": step})
        COMM.barrier()
    assert read_checkpoint(path, COMM, {}) == {"step": 3}
    assert read_checkpoint(previous_of(path), COMM, {}) == {"step": 2}


def test_unwritable_place_is_an_error_on_every_rank(shared_tmp_path):
    with pytest.raises(SetupError, match="cannot write"):
        write_checkpoint(shared_tmp_path / "nowhere" / "checkpoint.h5", COMM, state(cube(COMM)), {})


WRITE_FOR_EVER = """
import sys
from pathlib import Path
from mpi4py import MPI
from dolfinx import fem, mesh
from anodex.models.results.checkpoint import write_checkpoint

u = fem.Function(fem.functionspace(mesh.create_unit_cube(MPI.COMM_WORLD, 6, 6, 6), ("P", 2)))
step = 0
while True:
    step += 1
    u.x.array[:] = step
    write_checkpoint(Path(sys.argv[1]), MPI.COMM_WORLD, {"u": u}, {"step": step})
"""


@pytest.mark.skipif(
    COMM.size > 1, reason="starts a process of its own, which MPI forbids inside a parallel run"
)
def test_a_kill_at_any_moment_leaves_a_whole_state(tmp_path):
    path = tmp_path / "checkpoint.h5"
    read = fem.Function(fem.functionspace(mesh.create_unit_cube(COMM, 6, 6, 6), ("P", 2)))
    # no rank of this run
    alone = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PMIX_", "OMPI_COMM_"))
    }
    process = subprocess.Popen([sys.executable, "-c", WRITE_FOR_EVER, path], env=alone)
    try:
        while not path.exists():
            assert process.poll() is None
            time.sleep(0.05)
        for moment in range(10):
            snapshot = tmp_path / f"{moment}.h5"
            os.link(path, snapshot)  # what a kill at this moment would leave
            step = read_checkpoint(snapshot, COMM, {"u": read})["step"]
            np.testing.assert_array_equal(read.x.array, step)
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    step = read_checkpoint(path, COMM, {"u": read})["step"]
    np.testing.assert_array_equal(read.x.array, step)
