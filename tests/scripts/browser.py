"""A headless Chromium that a test drives: pages, scripts in them, the mouse, pictures; and what
serves the page of `anodex view`.
"""

import asyncio
import base64
import json
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

CHROMIUM = shutil.which("chromium")
SWITCHES = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    "about:blank",
)
PATIENCE = 60.0  # seconds on a busy machine


class Tab:
    """The one page of a browser; get it from `opened`."""

    def __init__(self, socket):
        self._socket, self._asked = socket, 0
        self.addresses: list[str] = []  # of all that the page has loaded

    async def ask(self, method: str, **given: Any) -> dict[str, Any]:
        """Call a method of the DevTools protocol and wait for its answer."""
        self._asked += 1
        await self._socket.send_json({"id": self._asked, "method": method, "params": given})
        while True:
            message = json.loads((await self._socket.receive(PATIENCE)).data)
            if message.get("method") == "Network.requestWillBeSent":
                self.addresses.append(message["params"]["request"]["url"])
            if message.get("id") == self._asked:
                assert "error" not in message, message
                return message["result"]

    async def value(self, script: str) -> Any:
        """Value of an expression of JavaScript in the page."""
        found = await self.ask("Runtime.evaluate", expression=script, returnByValue=True)
        return found["result"].get("value")

    async def until(self, script: str) -> Any:
        """The first value of an expression that counts as true."""
        end = time.monotonic() + PATIENCE
        while not (found := await self.value(script)):
            assert time.monotonic() < end, f"in vain: {script}"
            await asyncio.sleep(0.1)
        return found

    async def mouse(self, kind: str, x: float, y: float, **given: Any) -> None:
        """An event of the mouse at a place of the window [pixels]."""
        await self.ask("Input.dispatchMouseEvent", type=kind, x=x, y=y, **given)

    async def box(self, selector: str) -> tuple[float, float, float, float]:
        """Left, top, width and height of an element in the window [pixels]."""
        found = f"document.querySelector('{selector}').getBoundingClientRect()"
        return tuple(
            await self.value(f"(({{x, y, width, height}}) => [x, y, width, height])({found})")
        )

    async def picture(self, path: Path, **clip: float) -> Path:
        """The window, or its part `x`, `y`, `width`, `height` [pixels], as PNG."""
        part = {"clip": {**clip, "scale": 1}} if clip else {}
        found = await self.ask("Page.captureScreenshot", **part)
        path.write_bytes(base64.b64decode(found["data"]))
        return path


@contextmanager
def served(*words: object) -> Iterator[str]:
    """Address of the page that `anodex view` serves with some words behind it."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = ["view", *words, "--port", port, "--no-browser"]
    server = subprocess.Popen([sys.executable, "-m", "anodex.scripts.main", *map(str, command)])
    try:
        _wait_for(port, server)
        yield f"http://127.0.0.1:{port}/"
    finally:
        server.send_signal(signal.SIGINT)
        assert server.wait(30) in (0, 130)


def _wait_for(port: int, server: subprocess.Popen) -> None:
    """Wait until a server answers."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and server.poll() is None:
        try:
            return socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.1)
    raise AssertionError("anodex view did not start")


@asynccontextmanager
async def opened(address: str, profile: Path, size: str = "1500,900") -> AsyncIterator[Tab]:
    """A browser that shows an address, with its files in a new folder."""
    import aiohttp

    process = subprocess.Popen(
        [
            *(CHROMIUM, f"--user-data-dir={profile}", "--remote-debugging-port=0"),
            *(f"--window-size={size}", *SWITCHES),
        ],
        stderr=subprocess.DEVNULL,
    )
    try:
        end = time.monotonic() + PATIENCE
        while not (told := profile / "DevToolsActivePort").exists() or not told.read_text():
            assert process.poll() is None and time.monotonic() < end, "Chromium did not start"
            await asyncio.sleep(0.1)
        port = told.read_text().split()[0]
        async with aiohttp.ClientSession() as session:
            async with session.get(f"http://127.0.0.1:{port}/json") as answer:
                tabs = json.loads(await answer.text())
            page = next(tab for tab in tabs if tab["type"] == "page")
            async with session.ws_connect(page["webSocketDebuggerUrl"], max_msg_size=0) as socket:
                tab = Tab(socket)
                await tab.ask("Network.enable")
                await tab.ask("Page.enable")
                await tab.ask("Page.navigate", url=address)
                yield tab
    finally:
        process.terminate()
        process.wait()
