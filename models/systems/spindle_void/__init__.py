"""Spindle void in the porous sodium interphase."""

from anodex.models.systems.system import FirstLook, System

SYSTEM = System(
    name="spindle_void",
    title="void in the porous sodium interphase: coupled diffusion and deformation",
    case=f"{__name__}.case:Case",
    mesh=f"{__name__}.start:build_mesh",
    problem=f"{__name__}.start:problem_of",
    remade=f"{__name__}.start:remade",
    observer=f"{__name__}.start:observer_of",
    quantities=f"{__name__}.columns:EVERY_QUANTITY",
    outcomes=f"{__name__}.columns:OUTCOMES",
    pictures=f"{__name__}.pictures:PICTURES",
    workload=f"{__name__}.workload:workload",
    papers=("zhang-sodium-oxygen",),
    checks="anodex.verification.spindle_void:CHECKS",
    first_look=FirstLook(array="von_mises", column="tip_von_mises", share=0.2),
)
