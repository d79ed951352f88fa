"""The circuit behind the counter electrode: a source with a resistance, or a held current."""

from dataclasses import dataclass

from anodex.models.systems.dendrite.case_tables import Loading

# V um^2/pA (1e-5 ohm cm^2), where the circuit has none: of a lead, far below that of any cell
LEAST_RESISTANCE = 1e-9


@dataclass(frozen=True)
class Circuit:
    """What drives current through the cell: J = conductance (voltage - V) + current, over the
    cross-section [A/m^2], V the potential of the counter electrode [V].

    Attributes
    ----------
    voltage
        Of the source [V].
    conductance
        Of the circuit [pA/(V um^2)].
    current
        That is held [A/m^2].
    limit
        Largest V of either sign [V].
    """

    voltage: float = 0.0
    conductance: float = 0.0
    current: float = 0.0
    limit: float = float("inf")

    @classmethod
    def of(cls, loading: Loading) -> "Circuit":
        """That of a case."""
        if loading.current_density is not None:
            limit = float("inf") if loading.voltage_limit is None else loading.voltage_limit
            return cls(current=loading.current_density, limit=limit)
        return cls(loading.source_voltage, 1 / max(loading.resistance, LEAST_RESISTANCE))

    def limited(self) -> "Circuit":
        """The source that holds the cell at the limit, with the sign of the current."""
        voltage = self.limit if self.current > 0 else -self.limit
        return Circuit(voltage, 1 / LEAST_RESISTANCE)
