"""Help with misspelt names."""

import difflib
from collections.abc import Iterable

LONGEST = 100  # characters of a word for which a near one is looked for


def nearest(word: str, known: Iterable[str]) -> str:
    """End of an error message that names the nearest known word, `; did you mean 'length'?`;
    empty where none is near.
    """
    if len(word) > LONGEST:
        return ""
    by_lower_case = {name.lower(): name for name in known}
    near = difflib.get_close_matches(word.lower(), by_lower_case, n=1)
    return f"; did you mean '{by_lower_case[near[0]]}'?" if near else ""


def hint(word: str, known: Iterable[str]) -> str:
    """End of an error message that names the nearest known word, or all known ones where none is
    near.
    """
    names = list(known)
    return nearest(word, names) or (f"; known: {', '.join(names)}" if names else "")
