"""Pictures of a cell-stack run."""

from anodex.models.systems.cell_stack.pictures.density import draw_density
from anodex.models.systems.cell_stack.pictures.history import draw_history
from anodex.models.systems.cell_stack.pictures.lithium import draw_lithium
from anodex.models.systems.cell_stack.pictures.pressing import draw_pressing
from anodex.models.systems.cell_stack.pictures.stages import draw_stages

PICTURES = {
    "compaction.png": draw_pressing,
    "density.png": draw_density,
    "lithium.png": draw_lithium,
    "history.png": draw_history,
    "stages.gif": draw_stages,
}
