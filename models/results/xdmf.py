"""The XML half of an XDMF time series: which dataset of which HDF5 file is what."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from anodex.models.errors import SetupError
from anodex.models.results.files import replace_text

# Datasets of a mesh; the last one, the part that each cell belongs to, is an array too.
POINTS, CELLS, PARTS = "mesh/points", "mesh/cells", "mesh/parts"
KINDS = {1: "Scalar", 3: "Vector", 9: "Tensor"}
VTK_TYPES = {  # name of a cell in XDMF -> its number in VTK; straight and second-order ones
    "Polyline": 3,
    "Edge_3": 21,
    "Triangle": 5,
    "Triangle_6": 22,
    "Quadrilateral": 9,
    "Quadrilateral_9": 28,
    "Tetrahedron": 10,
    "Tetrahedron_10": 24,
    "Hexahedron": 12,
    "Hexahedron_27": 29,
}


@dataclass(frozen=True)
class Layout:
    """A mesh: name of its cells in `VTK_TYPES`, and sizes; its datasets are `mesh/points` and
    `mesh/cells` of an HDF5 file.
    """

    cell: str
    points: int
    cells: int
    nodes_per_cell: int


@dataclass(frozen=True)
class Array:
    """A field at one time: its dataset has a row per node (`center` "Node") or cell ("Cell") and
    1, 3 or 9 columns of numbers of some bytes.
    """

    name: str
    center: str
    width: int
    dataset: str
    precision: int = 8

    @property
    def words(self) -> dict[str, str]:
        """Name and unit apart."""
        name, _, unit = self.name.removesuffix("]").rpartition(" [")
        return {"name": name, "unit": unit} if name else {"name": unit}


@dataclass(frozen=True)
class Step:
    """The fields at one time [s] in the HDF5 file `heavy`, on the mesh in the file `mesh`: the same
    one, or that of all steps. The names start from the folder of the XML.
    """

    time: float
    heavy: str
    arrays: tuple[Array, ...]
    layout: Layout
    mesh: str

    def file_of(self, array: Array) -> str:
        """Where the dataset of an array is."""
        return self.mesh if array.dataset == PARTS else self.heavy


def last_of(path: Path) -> Path:
    """The file beside a time series that shows its last time alone."""
    return path.with_name(f"{path.stem}_last.xdmf")


def write_xdmf(path: Path, steps: Sequence[Step]) -> None:
    """Write the XML file of a time series, and that of its last time alone, each atomically; on one
    rank.

    The second is for readers that know no time series, such as `meshio.read`.
    """
    root = ElementTree.Element("Xdmf", Version="3.0")
    series = _add(
        _add(root, "Domain"),
        "Grid",
        Name="fields",
        GridType="Collection",
        CollectionType="Temporal",
    )
    for step in steps:
        grid = _add(series, "Grid", Name="mesh", GridType="Uniform")
        _add(grid, "Time", Value=repr(step.time))
        _describe(grid, step)
    _write(path, root)
    if not steps:
        last_of(path).unlink(missing_ok=True)
        return
    alone = ElementTree.Element("Xdmf", Version="3.0")
    name = f"time {steps[-1].time!r} s"  # meshio takes no element for it
    _describe(_add(_add(alone, "Domain"), "Grid", Name=name, GridType="Uniform"), steps[-1])
    _write(last_of(path), alone)


def _describe(grid: ElementTree.Element, step: Step) -> None:
    """Put mesh and arrays of a step into an element."""
    layout = step.layout
    topology = _add(
        grid,
        "Topology",
        TopologyType=layout.cell,
        NumberOfElements=layout.cells,
        NodesPerElement=layout.nodes_per_cell,
    )
    _data(topology, step.mesh, CELLS, "Int", (layout.cells, layout.nodes_per_cell))
    _data(
        _add(grid, "Geometry", GeometryType="XYZ"),
        step.mesh,
        POINTS,
        "Float",
        (layout.points, 3),
    )
    for array in step.arrays:
        attribute = _add(
            grid,
            "Attribute",
            Name=array.name,
            AttributeType=KINDS[array.width],
            Center=array.center,
        )
        _data(
            attribute,
            step.file_of(array),
            array.dataset,
            "Float",
            (layout.points if array.center == "Node" else layout.cells, array.width),
            array.precision,
        )


def _write(path: Path, root: ElementTree.Element) -> None:
    ElementTree.indent(root)
    replace_text(
        path,
        '<?xml version="1.0" encoding="utf-8"?>\n'
        + ElementTree.tostring(root, encoding="unicode")
        + "\n",
    )


def read_xdmf(path: Path) -> list[Step]:
    """Steps of a file that `write_xdmf` has made."""
    return [_step(grid) for grid in ElementTree.parse(path).findall("Domain/Grid/Grid")]


def _step(grid: ElementTree.Element) -> Step:
    topology = _child(grid, "Topology")
    connected = _child(topology, "DataItem")
    cells, nodes_per_cell = _shape(connected)
    points, _ = _shape(_child(grid, "Geometry/DataItem"))
    mesh, _ = _place(connected)
    arrays, heavy = [], ""
    for attribute in grid.iterfind("Attribute"):
        data = _child(attribute, "DataItem")
        file, dataset = _place(data)
        arrays.append(
            Array(
                attribute.attrib["Name"],
                attribute.attrib["Center"],
                _shape(data)[1],
                dataset,
                int(data.attrib["Precision"]),
            )
        )
        if dataset != PARTS:
            heavy = file
    return Step(
        float(_child(grid, "Time").attrib["Value"]),
        heavy,
        tuple(arrays),
        Layout(topology.attrib["TopologyType"], points, cells, nodes_per_cell),
        mesh,
    )


def _child(parent: ElementTree.Element, path: str) -> ElementTree.Element:
    """The first element at a path below another; `SetupError` without one."""
    found = parent.find(path)
    if found is None:
        raise SetupError(f"'{parent.tag}' in the XDMF file has no '{path}': the file is damaged")
    return found


def _place(data: ElementTree.Element) -> tuple[str, str]:
    """HDF5 file of a dataset, and its name there."""
    heavy, _, dataset = (data.text or "").partition(":/")
    return heavy, dataset


def _shape(data: ElementTree.Element) -> tuple[int, int]:
    rows, columns = map(int, data.attrib["Dimensions"].split())
    return rows, columns


def _data(
    parent: ElementTree.Element,
    heavy: str,
    dataset: str,
    kind: str,
    shape: tuple[int, int],
    precision: int = 8,
) -> None:
    item = _add(
        parent,
        "DataItem",
        DataType=kind,
        Precision=precision,
        Format="HDF",
        Dimensions=f"{shape[0]} {shape[1]}",
    )
    item.text = f"{heavy}:/{dataset}"


def _add(parent: ElementTree.Element, tag: str, **attributes) -> ElementTree.Element:
    return ElementTree.SubElement(
        parent, tag, {name: str(value) for name, value in attributes.items()}
    )
