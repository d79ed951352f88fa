"""What several solves took together."""

from anodex.models.solve.report import SolveReport


def test_reports_add_up_and_the_last_residual_of_each_field_counts():
    reports = [
        SolveReport(3, 30, {"phase": 1e-3}),
        SolveReport(1, 12, {"potential": 2e-9}),
        SolveReport(2, 20, {"phase": 4e-10}),
    ]
    assert SolveReport.of(reports) == SolveReport(6, 62, {"phase": 4e-10, "potential": 2e-9})
