"""Constants of nature in the internal units (um, s, MPa, V, amol), and units that are none."""

FARADAY = 0.096485  # pC/amol
GAS = 8.314e-6  # pJ/(amol K)

MILLIAMPERE_PER_SQUARE_CENTIMETRE = 10.0  # A/m^2
MILLIAMPERE_HOUR_PER_SQUARE_CENTIMETRE = 36000.0  # A s/m^2
