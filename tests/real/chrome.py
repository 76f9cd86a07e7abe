"""A headless Chromium, driven by its DevTools protocol: what gui_page.py needs of it.

Needs `chromium` and Python's `websocket` (Debian: chromium, python3-websocket).
"""

import base64
import json
import os
import shutil
import subprocess
import tempfile
import time
import urllib.request

import websocket


class Failed(Exception):
    """Something did not become true in time."""


class Chrome:
    """One browser with one page. Nothing of it stays behind."""

    def __init__(self, width=1366, height=768):
        self.folder = tempfile.mkdtemp(prefix="chrome.")
        binary = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
        environment = dict(os.environ, HOME=self.folder, XDG_CONFIG_HOME=self.folder, XDG_CACHE_HOME=self.folder)
        self.process = subprocess.Popen(
            [binary, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
             "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-extensions",
             "--disable-features=OptimizationHints,MediaRouter,Translate,LocalNetworkAccessChecks", "--no-default-browser-check", "--mute-audio",
             "--remote-debugging-port=0", "--remote-allow-origins=*", f"--user-data-dir={self.folder}/profile",
             "about:blank"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
        self.messages = []
        self.requests = []
        self.handlers = {}
        self.number = 0
        port = self._port()
        for page in json.load(urllib.request.urlopen(f"http://127.0.0.1:{port}/json", timeout=10)):
            if page["type"] == "page":
                self.socket = websocket.create_connection(page["webSocketDebuggerUrl"], timeout=20, suppress_origin=True)
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")
        self.size(width, height)

    def _port(self):
        path = os.path.join(self.folder, "profile", "DevToolsActivePort")
        for _ in range(300):
            if self.process.poll() is not None:
                raise Failed("the browser has ended")
            try:
                with open(path, encoding="ascii") as file:
                    return int(file.readline())
            except (OSError, ValueError):
                time.sleep(0.1)
        raise Failed("the browser does not start")

    def call(self, method, **params):
        self.number += 1
        number = self.number
        self.socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            message = json.loads(self.socket.recv())
            if message.get("id") == number:
                if "error" in message:
                    raise Failed(f"{method}: {message['error']}")
                return message["result"]
            self._event(message)

    def _event(self, message):
        method, params = message.get("method"), message.get("params", {})
        if method == "Runtime.consoleAPICalled":
            self.messages.append((params["type"], " ".join(str(a.get("value", a.get("description", ""))) for a in params["args"])))
        elif method == "Runtime.exceptionThrown":
            details = params["exceptionDetails"]
            self.messages.append(("error", details.get("exception", {}).get("description", details["text"])))
        elif method == "Log.entryAdded":
            entry = params["entry"]
            self.messages.append((entry["level"], f"{entry['text']} {entry.get('url', '')}"))
        elif method == "Network.requestWillBeSent":
            self.requests.append(params["request"]["url"])
        elif method == "Network.webSocketCreated":
            self.requests.append(params["url"])
        if method in self.handlers:
            self.handlers[method](params)

    def size(self, width, height, mobile=False, scale=1):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=scale, mobile=mobile)
        self.call("Emulation.setTouchEmulationEnabled", enabled=mobile)

    def scheme(self, name):
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": name}])

    def open(self, url):
        self.call("Page.navigate", url=url)

    def run(self, script):
        """The value of an expression in the page; a promise is awaited."""
        result = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in result:
            raise Failed(result["exceptionDetails"].get("exception", {}).get("description", "failed") + " in " + script)
        return result["result"].get("value")

    def wait(self, script, seconds=15):
        end = time.monotonic() + seconds
        while True:
            try:
                value = self.run(script)
            except Failed as error:
                value = None
                last = error
            else:
                last = value
            if value:
                return value
            if time.monotonic() > end:
                raise Failed(f"not in {seconds} s: {script} (last: {last})")
            time.sleep(0.1)

    def click(self, selector):
        """With the mouse, where the middle of the element is."""
        place = self.wait(
            "(() => { const e = document.querySelector(%s); if (!e) return null; const b = (e.querySelector('.shape') ?? e).getBoundingClientRect();"
            " return b.width ? [b.x + b.width / 2, b.y + b.height / 2] : null })()" % json.dumps(selector))
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=place[0], y=place[1], button="left", clickCount=1)

    def press(self, key, text=None):
        code = {"Enter": 13, "Escape": 27, "Tab": 9, "ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40}.get(key, ord(key[0].upper()))
        extra = {"text": text} if text else {}
        self.call("Input.dispatchKeyEvent", type="keyDown", key=key, windowsVirtualKeyCode=code, **extra)
        self.call("Input.dispatchKeyEvent", type="keyUp", key=key, windowsVirtualKeyCode=code)

    def screenshot(self, path):
        data = self.call("Page.captureScreenshot", format="png")["data"]
        with open(path, "wb") as file:
            file.write(base64.b64decode(data))

    def errors(self):
        return [text for level, text in self.messages if level in ("error", "assert")]

    def close(self):
        try:
            self.call("Browser.close")
        except (Failed, OSError, websocket.WebSocketException):
            self.process.kill()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(10)
        shutil.rmtree(self.folder, ignore_errors=True)
