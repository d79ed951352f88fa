"""Numbers without unit that tell what kind of front a case is in for."""

from math import exp, nan

from anodex.models.laws.constants import FARADAY, GAS
from anodex.models.laws.phase_field import front_speed
from anodex.models.systems.dendrite.case import Case


def wagner_number(case: Case) -> float:
    """kappa R T/(F i0 L), L the thickness of the electrolyte: how much easier the charge gets
    through the electrolyte than through the interface; nan without a potential.
    """
    if case.electrolyte.potential == "constant":
        return nan
    thermal = GAS * case.kinetics.temperature / FARADAY
    transfer = case.exchange_current_density * _thickness(case)
    return case.electrolyte.conductivity * thermal / transfer


def damkohler_number(case: Case, overpotential: float) -> float:
    """v L C_Li/(D c0), v the speed of a flat front with c = 1 at an overpotential [V]: lithium
    that the reaction asks for over what diffusion brings; nan without ions.
    """
    transport = case.transport
    if transport.law == "ohmic":
        return nan
    dissolving, plating = _branches(case, overpotential)
    rate = case.reaction_rate * abs(plating - dissolving)
    speed = front_speed(case.interface.width, rate)
    ratio = case.metal_concentration / transport.concentration
    return speed * _thickness(case) * ratio / transport.diffusivity


def pressure_number(case: Case, voltage: float) -> float:
    """What the external pressure p is worth against growth over what drives it, a voltage [V];
    nan without.

    Between two potentials p Omega/(F |V|). In the paper's equations
    L_xi p eps_v/(L_eta exp(a F |eta|/RT)), its work over the reaction; nan without stress that
    drives.
    """
    pressure, mechanics = case.loading.external_pressure, case.mechanics
    if case.model.name == "two-potential":
        worth = pressure / (case.metal_concentration * FARADAY)
        return worth / abs(voltage) if voltage else nan
    if not mechanics.enabled or mechanics.driving_force != "elastic":
        return nan
    work = case.interface.mobility * pressure * mechanics.plating_strain
    return work / (case.reaction_rate * max(_branches(case, voltage)))


def _thickness(case: Case) -> float:
    """Of the electrolyte [um]."""
    return case.geometry.length - case.geometry.lithium_thickness


def _branches(case: Case, overpotential: float) -> tuple[float, float]:
    """exp((1-a) F eta/RT) and exp(-a F eta/RT) of an overpotential [V]."""
    kinetics = case.kinetics
    scaled = FARADAY * overpotential / (GAS * kinetics.temperature)
    cathodic = kinetics.cathodic_coefficient
    return exp((1 - cathodic) * scaled), exp(-cathodic * scaled)
