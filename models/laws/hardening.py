"""Lithium that hardens as it creeps: Anand's law as Anand and Narayan (J. Electrochem. Soc. 166
(2019) A1092) give it for lithium. The metal has a resistance S [MPa] that its own strain changes:

    rate = r (q/S)^(1/m),    dS/dt = H |1 - S/S*|^a sign(1 - S/S*) rate,    S* = S1 (rate/r)^N
"""

from dataclasses import dataclass

from anodex.models.laws.creep import PowerLaw

TINY = 1e-30  # 1/s, stands for no rate; and for the square of no distance from saturation


@dataclass(frozen=True)
class AnandLaw:
    """The law at a temperature.

    Attributes
    ----------
    reference_rate
        r [1/s].
    sensitivity
        m of the rate at a resistance.
    initial_resistance
        S of lithium that has not crept [MPa].
    hardening, hardening_exponent
        H [MPa] and a.
    saturation, saturation_exponent
        S1 [MPa] and N.
    """

    reference_rate: float
    sensitivity: float
    initial_resistance: float
    hardening: float
    hardening_exponent: float
    saturation: float
    saturation_exponent: float

    @property
    def power_law(self) -> PowerLaw:
        """Law of lithium that has not crept."""
        return PowerLaw(self.prefactor(self.initial_resistance), 1 / self.sensitivity)

    def prefactor(self, resistance):
        """A [1/(s MPa^n)] of the creep rate A q^n at a resistance [MPa], n = 1/m."""
        return self.reference_rate * resistance ** (-1 / self.sensitivity)

    def saturated(self, rate):
        """S* [MPa] at an equivalent strain rate [1/s]."""
        scaled = (rate + TINY) / self.reference_rate
        return self.saturation * scaled**self.saturation_exponent

    def growth(self, resistance, rate):
        """dS/dt [MPa/s] of a resistance [MPa] at an equivalent strain rate [1/s]."""
        left = 1 - resistance / self.saturated(rate)
        # |x|^(a-1) x, smooth enough for a derivative at saturation
        return (
            self.hardening * (left**2 + TINY) ** ((self.hardening_exponent - 1) / 2) * left * rate
        )
