"""Help with misspelt names."""

import difflib
from collections.abc import Iterable

LONGEST = 100  # characters of a word for which a near one is looked for


def near(word: str, known: Iterable[str], most: int = 1) -> list[str]:
    """Known words that are spelt like a word, the nearest first."""
    if len(word) > LONGEST:
        return []
    by_lower_case = {name.lower(): name for name in known}
    found = difflib.get_close_matches(word.lower(), by_lower_case, n=most)
    return [by_lower_case[name] for name in found]


def nearest(word: str, known: Iterable[str]) -> str:
    """End of an error message that names the nearest known word, `; did you mean 'length'?`;
    empty where none is near.
    """
    found = near(word, known)
    return f"; did you mean '{found[0]}'?" if found else ""


def hint(word: str, known: Iterable[str]) -> str:
    """End of an error message that names the nearest known word, or all known ones where none is
    near.
    """
    names = list(known)
    return nearest(word, names) or (f"; known: {', '.join(names)}" if names else "")
