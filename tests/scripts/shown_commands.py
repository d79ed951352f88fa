"""Commands as a page of the documentation shows them, in blocks of code of either kind."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

LANGUAGES = ("", "sh", "bash", "console", "shell")  # of blocks that may hold commands
FENCE = re.compile(r"^\s*(```|~~~)\s*(\w*)")
ASSIGNMENT = re.compile(r"\w+=\S*$")
OPTION = re.compile(r"\s--?[a-z][\w-]*(\s|=|$)")
PROGRAM = re.compile(r"[\w./-]+$")
OURS = ("anodex", "mpirun", "python3", "scripts/container", ".ci/run")


@dataclass(frozen=True)
class Command:
    """A command: its words without environment and container, and the error shown below it."""

    line: int
    words: tuple[str, ...]
    error: str = ""

    @property
    def launch(self) -> list[str]:
        """What starts the ranks; empty for one."""
        return list(self.words[:3] if self.words[:2] == ("mpirun", "-n") else ())

    @property
    def program(self) -> list[str]:
        """Program and arguments of each rank."""
        return list(self.words[len(self.launch) :])


def commands(page: Path) -> list[Command]:
    """The commands of a page, in order."""
    found: list[Command] = []
    for number, text in code_lines(page.read_text(encoding="utf-8")):
        bare = text.removeprefix("$ ")
        if bare.startswith("Error: ") and found and not found[-1].error:
            found[-1] = Command(found[-1].line, found[-1].words, bare)
        if bare == text and not looks_like_a_command(text):
            continue
        words = shlex.split(bare, comments=True)
        while words and ASSIGNMENT.match(words[0]):
            del words[0]
        if words and words[0] == "scripts/container":
            del words[: 3 if words[1] == "--suite" else 1]
        if words:
            found.append(Command(number, tuple(words)))
    return found


def code_lines(text: str) -> Iterator[tuple[int, str]]:
    """Number and text of the lines of code, those that a backslash continues as one."""
    language, begun, first = None, "", 0
    for number, line in enumerate(text.splitlines(), start=1):
        if fence := FENCE.match(line):
            language = fence[2] if language is None else None
        elif language in LANGUAGES or (language is None and line.startswith("    ")):
            first = first if begun else number
            begun += line.strip()
            if begun.endswith("\\"):
                begun = begun[:-1]
                continue
            yield first, begun
            begun = ""


def looks_like_a_command(line: str) -> bool:
    """Whether a line of code is one for a shell: of one of our programs, or any with an option."""
    words = line.split()
    while words and ASSIGNMENT.match(words[0]):
        del words[0]
    if not words or line.startswith("#"):
        return False
    return words[0] in OURS or bool(PROGRAM.match(words[0]) and OPTION.search(line))
