"""A headless Chromium that a test drives: pages, scripts in them, the mouse, pictures."""

import asyncio
import base64
import json
import shutil
import subprocess
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

CHROMIUM = shutil.which("chromium")
SWITCHES = ("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "about:blank")
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

    async def picture(self, path: Path, **clip: float) -> Path:
        """The window, or its part `x`, `y`, `width`, `height` [pixels], as PNG."""
        part = {"clip": {**clip, "scale": 1}} if clip else {}
        found = await self.ask("Page.captureScreenshot", **part)
        path.write_bytes(base64.b64decode(found["data"]))
        return path


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
