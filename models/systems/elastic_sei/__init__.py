"""A stiff film on sodium that is plated and stripped: the surface moves."""

from anodex.models.systems.system import FirstLook, System

SYSTEM = System(
    name="elastic_sei",
    title="elastic interphase on a metal surface that is plated and stripped",
    case=f"{__name__}.case:Case",
    mesh=f"{__name__}.meshing:build_mesh",
    problem=f"{__name__}.problem:ElasticInterphase",
    remade=f"{__name__}.problem:remade",
    observer=f"{__name__}.observer:InterphaseObserver",
    quantities=f"{__name__}.quantities:QUANTITIES",
    outcomes=f"{__name__}.quantities:OUTCOMES",
    checks="anodex.verification.elastic_sei:CHECKS",
    pictures=f"{__name__}.pictures:PICTURES",
    workload=f"{__name__}.workload:workload",
    papers=("gong-2023",),
    first_look=FirstLook(array="potential", column="roughness"),
)
