"""PETSc's data base of options: a prefix for each solver, and defaults that the user's options
override.
"""

import itertools
from collections.abc import Mapping

from petsc4py import PETSc

MUMPS_ALLOWANCE, MOST_ALLOWANCE = "mat_mumps_icntl_14", 2000  # percent over what MUMPS estimates
LACK_OF_WORKSPACE = (-8, -9)  # what MUMPS says in INFOG(1)

_taken_prefixes: set[str] = set()


class SolverOptions:
    """Options of one solver under a prefix of its own.

    Parameters
    ----------
    name
        The prefix is `<name>_`, or `<name>_2_` while another solver has that, and so on.
    defaults
        Entered unless the user has set them (environment variable PETSC_OPTIONS).
    """

    def __init__(self, name: str, defaults: Mapping[str, object]):
        self.prefix = next(
            prefix
            for number in itertools.count(1)
            if (prefix := f"{name}_" if number == 1 else f"{name}_{number}_") not in _taken_prefixes
        )
        _taken_prefixes.add(self.prefix)
        self.database = PETSc.Options(self.prefix)
        # Not hasName: for `name_2_` PETSc also looks under `name_`, where the defaults of another
        # solver stand.
        given = self.database.getAll()
        self._entered = [key for key in defaults if key not in given]
        for key in self._entered:
            self.database[key] = defaults[key]

    def release(self) -> None:
        """Take the defaults back, which the next solver of this prefix would take for the user's,
        and free the prefix.
        """
        for key in self._entered:
            self.database.delValue(key)
        _taken_prefixes.discard(self.prefix)


def more_workspace(preconditioner: PETSc.PC, database: PETSc.Options) -> bool:
    """Whether MUMPS lacked workspace for a factorisation, as the order of elimination depends on
    the ranks; the next gets more.
    """
    allowance = database.getInt(MUMPS_ALLOWANCE, 0)
    lacked = (
        preconditioner.getFactorSolverType() == "mumps"
        and preconditioner.getFactorMatrix().getMumpsInfog(1) in LACK_OF_WORKSPACE
    )
    if not lacked or allowance >= MOST_ALLOWANCE:
        return False
    database[MUMPS_ALLOWANCE] = max(2 * allowance, 100)
    return True
