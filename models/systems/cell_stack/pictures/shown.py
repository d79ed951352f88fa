"""A result of a cell stack as its pictures want it: stage by stage, body by body."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from anodex.models.errors import SetupError
from anodex.models.results.result import Result
from anodex.models.results.series import FieldSeries
from anodex.models.systems.cell_stack.case import STAGES, Case
from anodex.models.systems.cell_stack.case_stages import CYCLES
from anodex.models.systems.cell_stack.die import pellet_half
from anodex.models.systems.cell_stack.pictures.bodies import Body, pressed_face, read_body
from anodex.models.time.timeline import Timeline

IN_FRAME = STAGES[STAGES.index("charge") :]


@dataclass(frozen=True)
class Shown:
    """What there is to draw of a result, finished or not.

    Attributes
    ----------
    result
        The result folder.
    """

    result: Result

    @property
    def case(self) -> Case:
        """The case that was run."""
        return self.result.case

    @property
    def starts(self) -> dict[str, float]:
        """Stage -> time at which it starts [s]."""
        lengths = self.case.durations
        return dict(zip(lengths, Timeline(tuple(lengths.values())).starts, strict=True))

    @property
    def framed(self) -> float:
        """Time at which the frame is closed [s], where it is."""
        return self.starts.get(CYCLES, self.starts.get("charge", 0.0))

    @cached_property
    def compaction(self) -> FieldSeries | None:
        """Powder and tube while they are pressed; None where nothing is."""
        return self._series("compaction")

    @cached_property
    def lithium(self) -> FieldSeries | None:
        """The lithium; None before it is stacked."""
        return self._series("fields")

    @cached_property
    def die(self) -> FieldSeries | None:
        """Pellet and tube around the lithium; None where they are not modelled."""
        return self._series("die")

    def during(self, *stages: str) -> dict[str, np.ndarray]:
        """Rows of the history in some stages."""
        rows = self.result.columns
        named = [name for stage in stages for name in (IN_FRAME if stage == CYCLES else [stage])]
        chosen = np.isin(rows["stage [1]"], [STAGES.index(name) + 1 for name in named])
        return {name: values[chosen] for name, values in rows.items()}

    def stage_ends(self) -> dict[str, float]:
        """Title -> time [s]: the start, and the end of each stage that the lithium has been
        through; of an unfinished one, the present. None before there is lithium.
        """
        if self.lithium is None:
            return {}
        times = self.lithium.times
        ends = {"start": float(times[0])}
        for stage, start in self.starts.items():
            duration = self.case.durations[stage]
            if stage == "compaction" or not duration or times[-1] <= start:
                continue
            reached = min(start + duration, float(times[-1]))
            is_over = reached >= (start + duration) * (1 - 1e-9)
            ends[f"after {stage}" if is_over else f"{stage}, after {in_words(reached - start)}"] = (
                reached
            )
        return ends

    def powder(self, body: Body) -> Body:
        """The powder of a body that holds powder and tube."""
        return body.inside(self.case.geometry.inner_radius, self.case.powder_height / 2)

    @cached_property
    def face(self) -> float:
        """Mean place of the pellet's face [um]."""
        if self.compaction is None:
            return pellet_half(self.case)
        return pressed_face(self.powder(read_body(self.compaction, self.compaction.times[-1])))

    def tube(self, time: float) -> Body | None:
        """The tube around the lithium, axial places from the pellet's face; none where it is not
        modelled.
        """
        if self.die is None:
            return None
        body = read_body(self.die, time)
        tube = body.without(self.powder(body)) if self.case.gap_from_compaction else body
        return Body(tube.points - [0.0, self.face], tube.start, tube.cells, tube.values)

    def _series(self, name: str) -> FieldSeries | None:
        return self.result.series(name) if self.result.has(name) else None


def shown(result: Result) -> Shown:
    """What there is to draw.

    Raises
    ------
    SetupError
        When the folder holds no fields yet.
    """
    if not (result.has("compaction") or result.has("fields")):
        raise SetupError(
            f"{result.folder} holds neither compaction.xdmf nor fields.xdmf yet; wait for the "
            "first step of the run"
        )
    return Shown(result)


def in_words(time: float) -> str:
    """A time [s] in a unit that reads well."""
    for unit, seconds in (("h", 3600.0), ("min", 60.0)):
        if time >= seconds:
            return f"{time / seconds:.3g} {unit}"
    return f"{time:.3g} s"
