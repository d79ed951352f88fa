"""Cell stack: compaction in a die, stacking, charge, and lithium creeping into the gap."""

from anodex.models.systems.system import FirstLook, System

SYSTEM = System(
    name="cell_stack",
    title="cell stack: powder compaction in a die, stacking, charge, lithium creeping into the gap",
    case=f"{__name__}.case:Case",
    precheck=f"{__name__}.precheck:precheck",
    mesh=f"{__name__}.run:build_mesh",
    quantities=f"{__name__}.quantities:QUANTITIES",
    outcomes=f"{__name__}.quantities:OUTCOMES",
    pictures=f"{__name__}.pictures:PICTURES",
    workload=f"{__name__}.workload:workload",
    papers=("cao-2023",),
    checks="anodex.verification.cell_stack:CHECKS",
    runner=f"{__name__}.run:run",
    first_look=FirstLook(array="pressure", column="extruded_length"),
)
