"""Contoured lithium/electrolyte interface."""

from anodex.models.systems.system import FirstLook, System

SYSTEM = System(
    name="contoured_interface",
    title="contoured lithium/electrolyte interface: current, lithium flow, critical current",
    case=f"{__name__}.case:Case",
    mesh=f"{__name__}.run:build_mesh",
    problem=f"{__name__}.plating:PlatedInterface",
    observer=f"{__name__}.plating_observer:PlatingObserver",
    quantities=f"{__name__}.quantities:PLATED_QUANTITIES",
    pictures=f"{__name__}.pictures:PICTURES",
    workload=f"{__name__}.workload:workload",
    papers=("zhang-2024",),
    checks="anodex.verification.contoured_interface:CHECKS",
    runner=f"{__name__}.run:run",
    first_look=FirstLook("interface", "current_density", "max_current_density_ratio"),
)
