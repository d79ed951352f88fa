"""The page of `anodex view`: what the browser shows, and what happens when somebody turns a knob.

The server draws and sends pictures, so that the browser needs nothing, and large meshes stay where
they are. The only file that knows trame.
"""

import asyncio
import io
import tempfile
import time
from base64 import b64encode
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from PIL import Image
from trame.app import get_server
from trame.ui.vuetify3 import VAppLayout
from trame.widgets import html
from trame.widgets import vuetify3 as vuetify

from anodex.models.drawing.overlay import draw_overlay
from anodex.models.errors import SetupError
from anodex.models.systems.system import FirstLook
from anodex.scripts.viewing.scene import Look, Scene

Table = tuple[str, Sequence[str], Sequence[Sequence[str]]]  # title, header, rows
LIVE = 1.0  # seconds between two looks at the folders
PAUSE = 0.03  # seconds in which knobs and mouse are heard before the next picture
LOOKS = ("part", "array", "step", "warp", "cut", "place")  # knobs that change the picture
ZOOM = 1.25  # per click of the wheel
CUTS = ({"title": "whole", "value": ""}, *({"title": f"cut {a}", "value": a} for a in "xyz"))


class Page:
    """A page for a scene.

    Parameters
    ----------
    scene
        What is shown.
    tables
        Gives the tables below the picture, of numbers and of parameters.
    first
        What to begin with.
    """

    def __init__(self, scene: Scene, tables: Callable[[], Sequence[Table]], first: FirstLook):
        self.scene, self.tables = scene, tables
        self.server = get_server("anodex view")
        self.state = self.server.state
        self.state.trame__title = "anodex view"
        self.state.update({"warp": 0.0, "cut": "", "place": 0.5, "grip": None, "step": 0})
        self.state.names, self.state.parts = list(scene.results), scene.parts
        self.state.part = first.part if first.part in scene.parts else scene.parts[0]
        self.state.array = named(first.array, scene.arrays(self.state.part))
        self.state.column = named(first.column, scene.columns)
        self.read()
        self.state.step = self.state.last
        self.state.change("part")(lambda **_: self.read())
        # What is out of date: each is drawn once for all that was turned meanwhile.
        self.due: set[Callable[[], None]] = set()
        self.state.change(*LOOKS)(lambda **_: self.due.add(self.draw))
        self.state.change("column", "step")(lambda **_: self.due.add(self.draw_curves))
        self.server.controller.add("on_server_ready")(
            lambda **_: asyncio.get_running_loop().create_task(self.follow())
        )
        self.draw()
        self.draw_curves()
        lay_out(self)

    def read(self) -> None:
        """Take from the results what can be chosen, and keep what is chosen where it still is."""
        part = self.state.part
        self.times = self.scene.times(part)
        arrays, columns = self.scene.arrays(part), self.scene.columns
        self.state.arrays, self.state.columns = arrays, columns
        if self.state.array not in arrays:
            self.state.array = arrays[0]
        if self.state.column not in columns:
            self.state.column = columns[0]
        self.state.last = len(self.times) - 1
        self.state.step = min(self.state.step, self.state.last)
        self.state.in_space = self.scene.in_space(part)
        self.state.movable = self.scene.is_movable(part)
        self.state.tables = [
            {"title": title, "header": list(header), "rows": [list(row) for row in rows]}
            for title, header, rows in self.tables()
        ]

    def look(self) -> Look:
        """What the knobs ask for."""
        state = self.state
        return Look(
            *(state.part, state.array, self.times[int(state.step)]),
            *(float(state.warp), state.cut or "", float(state.place)),
        )

    def draw(self) -> None:
        """Draw the fields."""
        look = self.look()
        self.state.when = f"{look.time:.6g} s"
        self.state.picture = as_address(as_png(self.scene.picture(look)))

    def draw_curves(self) -> None:
        """Draw a column of the histories, with a line at the time of the fields."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "curves.png"
            draw_overlay(
                self.scene.histories, [self.state.column], path, at=self.times[int(self.state.step)]
            )
            self.state.curves = as_address(path.read_bytes())

    def move(self, right: float, up: float) -> None:
        """Follow the mouse when its button is released."""
        self.scene.move(right, up)
        self.due.add(self.draw)

    def zoom(self, turned: float, x: float, y: float) -> None:
        """Follow the wheel of the mouse at a place of the picture."""
        self.scene.zoom(ZOOM if turned < 0 else 1 / ZOOM, x, 1 - y)
        self.due.add(self.draw)

    def reset(self) -> None:
        """Show all of it again."""
        self.scene.reset()
        self.due.add(self.draw)

    async def follow(self) -> None:
        """Draw what is out of date and show what runs write, for as long as the page is served."""
        looked = time.monotonic()
        while True:
            await asyncio.sleep(PAUSE)
            with self.state:
                while self.due:
                    self.due.pop()()
                if time.monotonic() > looked + LIVE:
                    self.update()
                    looked = time.monotonic()

    def update(self) -> None:
        """Show what runs have written since; who looks at the last time goes on to the new one."""
        if not self.scene.refresh():
            return
        at_end = self.state.step == self.state.last
        try:
            self.read()
        except SetupError:  # in the middle of a change; the next look finds it whole
            return
        if at_end:
            self.state.step = self.state.last
        self.due |= {self.draw, self.draw_curves}


def named(name: str, among: Sequence[str]) -> str:
    """The one of a name without its unit, else the first."""
    return next((each for each in among if each.partition(" [")[0] == name), among[0])


def lay_out(page: Page) -> None:
    """Say what stands where on the page."""
    with VAppLayout(page.server), vuetify.VMain(), vuetify.VContainer(fluid=True):
        with vuetify.VRow(dense=True):
            for knob, items in (("part", "parts"), ("array", "arrays"), ("column", "columns")):
                with vuetify.VCol(cols=3):
                    choice(knob, (items,))
            with vuetify.VCol(cols=2, v_if=("in_space",)):
                choice("cut", ("cuts", list(CUTS)))
            with vuetify.VCol(cols=1):
                vuetify.VBtn("all", click=page.reset, title="show all of the mesh")
        with vuetify.VRow(dense=True):
            slider("time", "step", ("last",), 1, v_if=("last > 0",))
            slider("warp", "warp", 100, 1, v_if=("movable",))
            slider("cut at", "place", 1, 0.01, v_if=("cut",))
        with vuetify.VRow(dense=True):
            with vuetify.VCol(cols=8):
                html.Div("{{ when }}", id="when")
                with html.Div(style="display: flex"):
                    html.Div("{{ name }}", v_for="name in names", style="flex: 1")
                html.Img(
                    id="fields",
                    src=("picture",),
                    style="width: 100%; user-select: none",
                    draggable="false",
                    mousedown="grip = [$event.clientX, $event.clientY]",
                    mouseup=(
                        page.move,
                        "[($event.clientX - grip[0]) / $event.target.width,"
                        " (grip[1] - $event.clientY) / $event.target.height]",
                    ),
                    wheel=(
                        page.zoom,
                        "[$event.deltaY, $event.offsetX / $event.target.width,"
                        " $event.offsetY / $event.target.height]",
                    ),
                    __events=["mousedown", "mouseup", "wheel"],
                )
            with vuetify.VCol(cols=4):
                html.Img(id="curves", src=("curves",), style="width: 100%")
                with html.Details(v_for="table in tables", key=("table.title",)):
                    html.Summary("{{ table.title }}")
                    with vuetify.VTable(density="compact"):
                        with html.Tr():
                            html.Th("{{ cell }}", v_for="cell in table.header")
                        with html.Tr(v_for="row in table.rows"):
                            html.Td("{{ cell }}", v_for="cell in row", style="padding-right: 1em")


def choice(knob: str, items: tuple) -> None:
    """A knob with a list to choose from."""
    vuetify.VSelect(
        v_model=(knob,), items=items, label=knob, density="compact", hide_details=True, id=knob
    )


def slider(label: str, knob: str, largest: float | tuple, step: float, v_if: tuple) -> None:
    """A knob with a number."""
    with vuetify.VCol(cols=4, v_if=v_if):
        vuetify.VSlider(
            v_model=(knob,),
            min=0,
            max=largest,
            step=step,
            label=label,
            density="compact",
            hide_details=True,
            thumb_label=knob != "step",
        )


def as_png(pixels: np.ndarray) -> bytes:
    """A picture, shape (rows, columns, 3), as a file."""
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, format="png", compress_level=1)
    return stream.getvalue()


def as_address(png: bytes) -> str:
    """A picture as the address that a page can show."""
    return f"data:image/png;base64,{b64encode(png).decode()}"
