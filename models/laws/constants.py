"""Constants of nature in the internal units (um, s, MPa, V, amol)."""

FARADAY = 0.096485  # pC/amol
GAS = 8.314e-6  # pJ/(amol K)
