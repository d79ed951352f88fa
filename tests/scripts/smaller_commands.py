"""Commands of a page with less work: small settings for what is run, tables for long sweeps."""

import re
from pathlib import Path

# First word after `anodex run` and the like -> settings that make it small; the command's own win.
BOX = (
    *('geometry.length="30 um"', 'geometry.width="15 um"', 'geometry.lithium_thickness="9 um"'),
    *("geometry.protrusions=1", 'geometry.protrusion_height="4 um"', 'loading.duration="1 s"'),
    'interface.width="3 um"',
)
SHORT = ('loading.duration="0.5 s"',)
VOID = (
    'protocol.steps=[{current_density="0.1 mA/cm^2", duration="2 s"}]',
    "geometry.refinement=0.25",
)
CELL = (
    *("geometry.refinement=0.25", "numerics.step_tolerance=0.1", "output.frames=1"),
    *('stacking.hold="10 s"', 'charge.duration="1 min"'),
)
CRACK = ("fracture.length_scale=3 um", "numerics.refinement=0.5", "numerics.farthest=1.1")
PLATED = ("output.times=[]", 'protocol.steps=[{current_density="5 A/m^2", duration="20 s"}]')
SMALLER = {
    **dict.fromkeys(
        (
            *("spindle_void", "dot_void", "rupture_crack", "spindle_void_butler_volmer"),
            *("spindle_void_creep", "void_length_sweep", "spindle_void_growth"),
        ),
        VOID,
    ),
    **{"spindle_void_fracture": VOID[:1], "contoured_interface": ("geometry.refinement=0.25",)},
    "spindle_void_cycles": (*VOID, "protocol.repeat=2"),
    "contour_plating": ("geometry.refinement=0.25", "flow.law=none"),
    "spindle_void_rupture": (*VOID[:1], "output.times=[]"),
    "spindle_void_rupture_paper": VOID[:1],
    "cell_stack": CELL,
    "cell_stack_cycles": (*CELL[:4], 'protocol.steps=[{c_rate=0.1, duration="1 min"}]'),
    **dict.fromkeys(("dendrite", "dendrite_paper"), BOX),
    **dict.fromkeys(("dendrite_paper_small", "dendrite_small", "dendrite_planar"), SHORT),
    "filled_crack": (
        *(*CRACK, "numerics.box=8", "numerics.first_step=4 s"),
        *("output.times=[]", 'loading.duration="8 s"'),
    ),
    **dict.fromkeys(
        (
            *("elastic_sei", "elastic_sei_carbonate"),
            *("elastic_sei_cycle", "elastic_sei_carbonate_cycle"),
        ),
        PLATED,
    ),
}
# Sweeps of minutes a member: their members are checked, and none is run.
NOT_RUN = re.compile(
    r"((contour|dendrite|elastic_sei|filled|cell_stack)_\w+|cell_stack|\w+_growth)_sweep$"
)


def smaller(words: list[str]) -> list[str]:
    """The same words of `anodex`, with less work."""
    command, *rest = words
    if command == "bench":
        return ["bench", *_smaller_bench(rest)]
    if command == "verify":
        return [*words, "--quick", "-k", "Kirsch"]
    if command not in ("run", "sweep", "sample"):
        return words
    given, *options = rest
    name = Path(given).stem
    if command == "sample" or (command == "sweep" and NOT_RUN.match(name)):
        return [*words, "--table"]
    return [command, given, *_settings(name), *options]


def _smaller_bench(options: list[str]) -> list[str]:
    """One refinement, one step."""
    kept, given = [], iter(options)
    for word in given:
        if word in ("--refinement", "--steps"):
            next(given)
        else:
            kept.append(word)
    name = kept[0] if kept and not kept[0].startswith("-") else "spindle_void"
    settings = () if "spindle_void" in name else _settings(Path(name).stem)
    kept = [word for word in kept if word != name]
    refinement = "1" if name == "dendrite" else "0.3"  # coarser meshes are refused
    return [name, *settings, *kept, "--refinement", refinement, "--steps", "1"]


def _settings(name: str) -> list[str]:
    return [word for setting in SMALLER[name] for word in ("--set", setting)]
