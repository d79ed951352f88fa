"""Checks of the elastic interphase against exact solutions: `anodex verify elastic_sei`."""

from anodex.verification.film_delamination import DELAMINATION_CHECKS
from anodex.verification.film_growth import GROWTH_CHECKS

CHECKS = [*GROWTH_CHECKS, *DELAMINATION_CHECKS]
