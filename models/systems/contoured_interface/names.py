"""Names of the files of fields, and of the arrays in them."""

# Files.
ELECTROLYTE, LITHIUM_BODY, INTERFACE = "fields", "lithium", "interface"

# Arrays: in the electrolyte, in the lithium, on the interface and partly in several of them.
POTENTIAL = "potential [V]"
VELOCITY, VON_MISES = "velocity [um/s]", "von_mises [MPa]"
CURRENT = "current_density [A/m^2]"
PRESSURE, NORMAL_PRESSURE = "excess_pressure [MPa]", "excess_normal_pressure [MPa]"
