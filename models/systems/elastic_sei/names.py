"""Arrays in the fields of an elastic interphase, as its results name them."""

POTENTIAL = "potential [V]"
PLACE = "place_on_surface [1]"
CURRENT = "current_density [A/m^2]"
PRESSURE = "pressure [MPa]"
STRAIN = "film_strain [1]"
TENSION = "film_tension [N/m]"
CRACKS = "cracks [1]"
