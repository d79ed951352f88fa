"""Dendrites in a porous electrolyte under pressure."""

from anodex.models.systems.system import FirstLook, System

SYSTEM = System(
    name="dendrite",
    title="dendrites in a porous electrolyte under pressure: phase field, charge, elasticity",
    case=f"{__name__}.case:Case",
    precheck=f"{__name__}.precheck:precheck",
    mesh=f"{__name__}.meshing:build_mesh",
    problem=f"{__name__}.choice:problem",
    remade=f"{__name__}.choice:remade",
    observer=f"{__name__}.choice:observer",
    quantities=f"{__name__}.choice:QUANTITIES",
    outcomes=f"{__name__}.choice:OUTCOMES",
    events=f"{__name__}.choice:events",
    pictures=f"{__name__}.pictures:PICTURES",
    workload=f"{__name__}.workload:workload",
    papers=("cao-2023",),
    checks="anodex.verification.dendrite:CHECKS",
    first_look=FirstLook(array="structure", column="deposited_thickness"),
)
