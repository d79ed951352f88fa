"""Whether and how cracks grow from the void of a case."""

from functools import partial
from typing import Annotated, Literal

from pydantic import model_validator

from anodex.models.inputs.choices import Choice
from anodex.models.inputs.quantities import Amount, given
from anodex.models.inputs.tables import Table
from anodex.models.laws.damage import DamageModel
from anodex.models.materials import default

_nril = partial(default, "nril")


class FractureTable(Table):
    """When a crack is expected to grow from the tip."""

    model: str
    critical_stress: Annotated[float, Amount("MPa", gt=0, le=1e5)] = _nril("critical_stress")
    """Von Mises stress at the tip from which on it counts as broken."""
    toughness: Annotated[float, Amount("N/m", gt=0, le=1e6)] = _nril("toughness")
    """Critical energy release rate (1 N/m = 1 J/m^2)."""


class NoFracture(FractureTable):
    """Nothing breaks: it is told when it would."""

    model: Literal["none"] = "none"
    """'none': the first times at which criteria are met are told, nothing follows from them."""


class PhaseField(FractureTable):
    """Cracks that grow from the tips, as a field of damage."""

    model: Literal["AT1", "AT2"] = "AT1"
    """'AT1': elastic up to a strength; 'AT2': damage from the first load on."""
    length_scale: Annotated[float, Amount("um", gt=0, le=1e4)] | None = None
    """Length over which cracks are spread; left out: it follows from the strength."""
    strength: Annotated[float, Amount("MPa", gt=0, le=1e5)] | None = None
    """Largest stress of a bar of the interphase, which says the length scale; where both are left
    out it is critical_stress."""
    split: Literal["none", "amor"] = "none"
    """What damage takes: 'none', all of the stiffness; 'amor', what is compressed keeps its bulk
    modulus."""
    path_length: Annotated[float, Amount("um", gt=0, le=1e5)] | None = None
    """How far a crack may run ahead of its tip, in small cells; there the run ends. Left out: up to
    the edge of the box, which it must not reach."""
    subcritical_velocity: Annotated[float, Amount("um/s", gt=0, le=1e6)] | None = None
    """Speed of a crack at its toughness, by the law of subcritical growth; left out: below its
    toughness no crack grows."""
    subcritical_exponent: Annotated[float, Amount("", ge=0, le=100)] = 2.0
    """Exponent of the stress intensity over that of the toughness in that law."""
    exposure_time: Annotated[float, Amount("s", gt=0, le=1e12)] | None = None
    """Time in which the electrolyte takes 63 % of what it takes of the toughness; left out: it
    takes nothing."""
    exposed_toughness: Annotated[float, Amount("N/m", gt=0, le=1e6)] = given("0.1 N/m")
    """Toughness that is left after a long exposure."""

    def damage(self, young_modulus: float) -> DamageModel:
        """How cracks are spread, in an interphase of a modulus [MPa]."""
        if self.length_scale is not None:
            return DamageModel(self.model, self.length_scale)
        strength = self.critical_stress if self.strength is None else self.strength
        unit = DamageModel(self.model, 1.0).strength(young_modulus, self.toughness)
        return DamageModel(self.model, (unit / strength) ** 2)

    @model_validator(mode="after")
    def _consistent(self):
        if self.length_scale is not None and self.strength is not None:
            raise ValueError(
                f"fracture.length_scale ({self.length_scale:g} um) and fracture.strength "
                f"({self.strength:g} MPa) say the same thing twice; leave one of them out"
            )
        if self.exposure_time is not None and self.exposed_toughness > self.toughness:
            raise ValueError(
                f"fracture.exposed_toughness ({self.exposed_toughness:g} N/m) is what exposure "
                f"leaves of fracture.toughness ({self.toughness:g} N/m); it must not be more"
            )
        return self


Fracture = Annotated[NoFracture | PhaseField, Choice("model")]
