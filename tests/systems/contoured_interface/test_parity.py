"""The number of ranks does not change the numbers: all ranks together against each rank alone."""

import numpy as np
import pytest
from mpi4py import MPI

COMM = MPI.COMM_WORLD
pytestmark = pytest.mark.skipif(COMM.size == 1, reason="compares several ranks with one")

EGG_BOX = {"shape": "egg-box", "dimension": "3d", "refinement": 0.25}
CASES = {
    "stick": {},
    "slip": {"flow": {"wall": "slip"}},
    "primary": {"kinetics": {"law": "none"}},
    "butler-volmer, coupled": {
        "kinetics": {"law": "butler-volmer"},
        "coupling": {"pressure_kinetics": True},
    },
    "lepage, stripping": {"flow": {"law": "lepage"}, "loading": {"current_density": "-1 mA/cm^2"}},
    "iterative": {"flow": {"linear_solver": "iterative"}},
    "tall": {"geometry": {"electrolyte_thickness": "1 mm", "lithium_thickness": "1 mm"}},
    "pyramid": {"geometry": {"shape": "pyramid", "edge_radius": "10 um"}},
    "fourier": {"geometry": {"shape": "fourier", "coefficients": ["20 um", "5 um"]}},
    "fourth order": {"geometry": {"order": 4}},
    "growing": {"dendrite": {"model": "growing"}},
    "egg-box": {"geometry": EGG_BOX},
    "egg-box, slip": {"geometry": EGG_BOX, "flow": {"wall": "slip"}},
}


@pytest.fixture
def agree(solved, numbers):
    """Function that compares the observables and the states of a case."""

    def compare(**tables):
        together, alone = (solved(comm, **tables) for comm in (COMM, MPI.COMM_SELF))
        for name in ("current", "pressure", "normal_pressure"):
            expected = getattr(alone.state, name)
            np.testing.assert_allclose(
                getattr(together.state, name),
                expected,
                atol=1e-8 * np.abs(expected).max(),
                err_msg=name,
            )
        found, expected = numbers(together), numbers(alone)
        for name, value in expected.items():
            # Errors and the height of the mean plane are zero but for rounding.
            assert found[name] == pytest.approx(value, rel=1e-8, abs=1e-8), name

    return compare


@pytest.mark.parametrize("name", CASES)
def test_ranks_agree(agree, name):
    agree(**CASES[name])


@pytest.mark.parametrize("wall", ["stick", "slip"])
def test_ranks_agree_on_a_periodic_cell(agree, cosine_map, wall):
    agree(geometry=cosine_map, flow={"wall": wall}, dendrite={"model": "growing"})
