"""Pictures of a contoured-interface run."""

from anodex.models.systems.contoured_interface.pictures.cut import draw_cut
from anodex.models.systems.contoured_interface.pictures.plating import draw_plating
from anodex.models.systems.contoured_interface.pictures.profile import draw_profile
from anodex.models.systems.contoured_interface.pictures.views import draw_interface

PICTURES = {
    "interface.png": draw_interface,
    "profile.png": draw_profile,
    "cut.png": draw_cut,
    "plating.png": draw_plating,
}
