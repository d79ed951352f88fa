"""Pictures of a dendrite run."""

from anodex.models.systems.dendrite.pictures.events import draw_events
from anodex.models.systems.dendrite.pictures.growth import animate, draw_growth
from anodex.models.systems.dendrite.pictures.history import draw_history, draw_voltage_history
from anodex.models.systems.dendrite.pictures.pressures import draw_state
from anodex.models.systems.dendrite.pictures.space import draw_space

PICTURES = {
    "dendrite.png": draw_state,
    "growth.png": draw_growth,
    "events.png": draw_events,
    "space.png": draw_space,
    "history.png": draw_history,
    "voltage.png": draw_voltage_history,
    "growth.gif": animate,
}
