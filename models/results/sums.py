"""Checksums of what a finished run has left as text, in the form of `sha256sum`.

HDF5 files hold their own (`anodex.models.results.sealed`).
"""

import hashlib
from pathlib import Path

from anodex.models.results.folder import ResultFolder

SUMS = "SHA256SUMS"
KINDS = ("case.toml", "history.csv", "events.csv", "protocol.csv", "summary.json", "[!.]*.xdmf")


def write_sums(folder: ResultFolder) -> None:
    """Write SHA256SUMS, from what rank 0 finds in the folder; collective."""
    text = _text(folder.path) if folder.comm.rank == 0 else ""
    folder.write_text(SUMS, text)


def changed_files(folder: Path) -> list[str]:
    """Names of the files that are no longer what their checksum says; serial. None where there are
    no checksums, as in results of earlier versions.
    """
    try:
        stored = (folder / SUMS).read_bytes().splitlines()
    except FileNotFoundError:
        return []
    found = _text(folder).encode().splitlines()
    lines = [line for line in found if line not in stored] or [
        line for line in stored if line not in found
    ]
    return [line.decode(errors="replace").split("  ")[-1] for line in lines]


def _text(folder: Path) -> str:
    files = sorted(file for kind in KINDS for file in folder.glob(kind))
    return "".join(
        f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in files
    )
