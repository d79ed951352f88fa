"""The choice of a linear solver, as several systems offer it."""

from typing import Annotated, Literal

from pydantic import Field

LinearSolver = Annotated[
    Literal["auto", "direct", "iterative"],
    Field(
        description="Direct (MUMPS), iterative (preconditioned by multigrid), or by the number of "
        "unknowns."
    ),
]
