"""Pictures of a spindle-void run."""

from anodex.models.systems.spindle_void.pictures.cracks import draw_cracks
from anodex.models.systems.spindle_void.pictures.fields import draw_fields
from anodex.models.systems.spindle_void.pictures.growth import draw_growth
from anodex.models.systems.spindle_void.pictures.history import draw_history

PICTURES = {
    "fields.png": draw_fields,
    "history.png": draw_history,
    "growth.png": draw_growth,
    "cracks.png": draw_cracks,
}
