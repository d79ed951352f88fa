"""Fields of a result as `.pvd` and `.vtu`, the files of VTK, which many programs read."""

from pathlib import Path
from xml.etree import ElementTree

from anodex.models.errors import InputError, SetupError
from anodex.models.inputs.spelling import hint
from anodex.models.results.files import replace_text, replacing
from anodex.models.results.result import Result


def export_fields(result: Result, folder: Path, part: str | None = None) -> list[Path]:
    """Write a `.pvd` for each file of fields, or for one, with a `.vtu` for each time; gives the
    `.pvd` files; serial. No more than one time is held in memory.

    Raises
    ------
    InputError
        If the result has no such file.
    SetupError
        If there are no fields yet, or they are damaged, or nothing can be written.
    """
    parts = result.parts
    if part is not None and part not in parts:
        raise InputError(f"'{part}' is no file of fields of {result.folder}{hint(part, parts)}")
    if not parts:
        raise SetupError(f"{result.folder} holds no fields yet; wait for the first step of the run")
    return [_export(result, folder, name) for name in ([part] if part else parts)]


def _export(result: Result, folder: Path, name: str) -> Path:
    series, path = result.series(name), folder / f"{name}.pvd"
    root = ElementTree.Element("VTKFile", type="Collection", version="0.1")
    collection = ElementTree.SubElement(root, "Collection")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for number, time in enumerate(map(float, series.times)):
            file = folder / f"{name}_{number:06d}.vtu"
            with replacing(file) as temporary:
                series.grid(time).save(temporary)
            ElementTree.SubElement(collection, "DataSet", timestep=repr(time), file=file.name)
        ElementTree.indent(root)
        replace_text(path, ElementTree.tostring(root, encoding="unicode") + "\n")
    except OSError as error:
        raise SetupError(f"cannot write {path}: {error}") from error
    return path
