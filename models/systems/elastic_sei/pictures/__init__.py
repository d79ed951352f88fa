"""Pictures of a run of an elastic interphase."""

from anodex.models.drawing.history import draw_history
from anodex.models.systems.elastic_sei.pictures.roughness import draw_roughness
from anodex.models.systems.elastic_sei.pictures.spectrum import draw_spectrum
from anodex.models.systems.elastic_sei.pictures.surface import draw_surface

PICTURES = {
    "surface.png": draw_surface,
    "roughness.png": draw_roughness,
    "spectrum.png": draw_spectrum,
    "history.png": draw_history,
}
