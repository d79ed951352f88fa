"""A crack in a solid electrolyte that plated metal fills and wedges open."""

from anodex.models.systems.system import FirstLook, System

SYSTEM = System(
    name="filled_crack",
    title="crack in a solid electrolyte that plated metal fills, and that grows",
    case=f"{__name__}.case:Case",
    mesh=f"{__name__}.problem:build_mesh",
    problem=f"{__name__}.problem:GrowingCrack",
    observer=f"{__name__}.observer:CrackObserver",
    quantities=f"{__name__}.quantities:QUANTITIES",
    outcomes=f"{__name__}.quantities:OUTCOMES",
    pictures=f"{__name__}.pictures:PICTURES",
    workload=f"{__name__}.workload:workload",
    papers=("zhang-2024", "cao-2023"),
    checks="anodex.verification.filled_crack:CHECKS",
    first_look=FirstLook(array="opening_stress", column="pressure", share=0.25),
)
