"""A void that is solved in a second."""

import pytest

COARSE = {
    "geometry.refinement": 0.25,
    "protocol.steps": [{"current_density": "0.1 mA/cm^2", "duration": "10 s"}],
}


@pytest.fixture(scope="session")
def coarse():
    """Changes of the shipped void that make it coarse and short."""
    return dict(COARSE)
