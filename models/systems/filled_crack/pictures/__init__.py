"""Pictures of a run of a filled crack."""

from anodex.models.systems.filled_crack.pictures.crack import draw_crack
from anodex.models.systems.filled_crack.pictures.growth import draw_growth

PICTURES = {"crack.png": draw_crack, "growth.png": draw_growth}
