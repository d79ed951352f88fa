"""Sets of material values by name: the files that come with the suite, and those of users."""

from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from anodex.models.errors import InputError
from anodex.models.inputs.spelling import hint
from anodex.models.materials import MATERIALS
from anodex.models.materials.material_file import read_material_file
from anodex.models.materials.property import Property

ENDING = ".toml"  # of a file; what has another name is a set that comes with the suite


@dataclass(frozen=True)
class FileValue:
    """A value, and the file or the set that gives it, or the data base."""

    entry: Property
    given_by: str


def of_data_base(origin: tuple[str, str]) -> FileValue:
    """The value of a material and a property in the data base."""
    material, name = origin
    return FileValue(MATERIALS[material][name], "the data base")


def shipped_sets() -> dict[str, Path]:
    """Name -> path of the sets that come with the suite."""
    folder = Path(str(files("anodex.models.materials"))) / "sets"
    return {path.stem: path for path in sorted(folder.glob(f"*{ENDING}"))}


def find_set(given: str) -> Path:
    """Path of a material file, or of the shipped set of that name.

    Raises
    ------
    InputError
        If there is no such set; the message has the nearest one.
    """
    if given.endswith(ENDING):
        return Path(given)
    shipped = shipped_sets()
    if given not in shipped:
        raise InputError(
            f"'{given}' is no set of materials{hint(given, shipped)}; a file ends in {ENDING}"
        )
    return shipped[given]


def values_of(names: Iterable[str]) -> dict[tuple[str, str], FileValue]:
    """Material and property -> value of files and sets; later ones win.

    Raises
    ------
    InputError
        With all the mistakes in all of them.
    """
    found: dict[tuple[str, str], FileValue] = {}
    wrong: list[str] = []
    for name in names:
        try:
            materials = read_material_file(find_set(name))
        except InputError as error:
            wrong.append(str(error))
            continue
        found |= {
            (material.name, key): FileValue(material[key], name)
            for material in materials.values()
            for key in material
        }
    if wrong:
        raise InputError("\n".join(wrong))
    return found
