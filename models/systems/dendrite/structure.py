"""What stands at the start: the front of the lithium with its protrusions, and the pores of the
electrolyte.
"""

import numpy as np

from anodex.meshes.pores import indicator
from anodex.meshes.slab import SlabGeometry
from anodex.models.laws.constants import FARADAY, GAS
from anodex.models.materials.lithium import LITHIUM
from anodex.models.systems.dendrite.case import Case

MARGIN = 3.0  # of fine cells behind the front, over the width of the interface
COARSENING = 8.0  # of the cells in the lithium


def slab(case: Case) -> SlabGeometry:
    """Lithium and electrolyte; cells are fine where the interface is and can go: in all the
    lithium too if it may dissolve.
    """
    geometry, size = case.geometry, case.cell_size
    fine_from = (
        max(geometry.lithium_thickness - MARGIN * case.interface.width, 0.0)
        if plates(case)
        else 0.0
    )
    # largest over smallest cell size that leaves room for two cells, round-off or not
    room = (1 - 1e-9) * fine_from / size - 1
    if room < 1:
        fine_from = 0.0
    return SlabGeometry(
        geometry.length,
        geometry.width,
        geometry.depth,
        fine_from,
        size,
        coarsening=float(np.clip(room, 1, COARSENING)),
    )


def plates(case: Case) -> bool:
    """Whether the load deposits lithium on a flat front whatever the external pressure, of whose
    work against growth this is the most.
    """
    loading, kinetics, mechanics = case.loading, case.kinetics, case.mechanics
    if loading.current_density is not None:
        return loading.current_density > 0
    shift = loading.external_pressure * LITHIUM["molar_volume"].to("um^3/amol") / FARADAY
    if case.model.name == "two-potential":
        return loading.source_voltage > shift
    overpotential, melting = loading.given_overpotential, 0.0
    if kinetics.pressure_shift:
        overpotential += shift
    if mechanics.enabled and mechanics.driving_force == "elastic":
        melting = case.interface.mobility * mechanics.plating_strain * loading.external_pressure
    scaled, cathodic = (
        FARADAY * overpotential / (GAS * kinetics.temperature),
        kinetics.cathodic_coefficient,
    )
    return (
        case.reaction_rate * (np.exp(-cathodic * scaled) - np.exp((1 - cathodic) * scaled))
        > melting
    )


def first_phase(case: Case, points: np.ndarray) -> np.ndarray:
    """Phase field of the front at points, shape (points, 3): a tanh profile around a plane with
    bell-shaped protrusions.
    """
    geometry, width = case.geometry, case.interface.width
    front, slope = np.full(len(points), geometry.lithium_thickness), np.zeros(len(points))
    spacing = geometry.width / max(geometry.protrusions, 1)
    scale = geometry.protrusion_width / (2 * np.sqrt(np.log(2)))
    for number in range(geometry.protrusions):
        across = points[:, 1] - (number + 0.5) * spacing
        aside = points[:, 2] - geometry.depth / 2 if geometry.depth else np.zeros(len(points))
        bell = geometry.protrusion_height * np.exp(-(across**2 + aside**2) / scale**2)
        front += bell
        slope = np.hypot(slope, 2 * bell * np.hypot(across, aside) / scale**2)
    distance = (points[:, 0] - front) / np.hypot(1.0, slope)
    return (1 - np.tanh(2 * distance / width)) / 2


def pore_indicator(case: Case, points: np.ndarray) -> np.ndarray:
    """rho at points, shape (points, 3): 1 outside, -1 inside pores."""
    if case.pores is None:
        return np.ones(len(points))
    return indicator(
        case.pores.distance(points[:, : 3 if case.geometry.depth else 2]), case.interface.width
    )


def period(case: Case) -> tuple[float, ...]:
    """Lengths of the periodic cell, as `anodex.models.solve.ties.Ties` takes them."""
    geometry = case.geometry
    if geometry.sides != "periodic":
        return ()
    return (0.0, geometry.width) + ((geometry.depth,) if geometry.depth else ())
