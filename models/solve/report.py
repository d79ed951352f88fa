"""What a nonlinear solve took."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class SolveReport:
    """What one nonlinear solve took: Newton iterations, linear iterations and the final residual
    norm of each field.
    """

    iterations: int
    linear_iterations: int
    residuals: dict[str, float]

    @classmethod
    def of(cls, reports: Sequence["SolveReport"]) -> "SolveReport":
        """One report of solves in a row: all iterations, and each field's last residual."""
        iterations, linear = (
            sum(getattr(report, name) for report in reports)
            for name in ("iterations", "linear_iterations")
        )
        residuals = {name: norm for report in reports for name, norm in report.residuals.items()}
        return cls(iterations, linear, residuals)
