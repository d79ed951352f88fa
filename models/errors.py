"""The errors that a user can meet, each with the exit code of the command line."""


class AnodexError(Exception):
    """Base of the errors that carry a message for the user; raised on every rank alike."""

    exit_code = 4


class InputError(AnodexError):
    """Wrong input: says what was given, what is allowed and what to do."""

    exit_code = 2


class ConvergenceError(AnodexError):
    """No solution: names the field, the residual, the step and what to try."""

    exit_code = 3


class SetupError(AnodexError):
    """Environment or file system: a missing program, a full disk, an existing result folder."""

    exit_code = 4
