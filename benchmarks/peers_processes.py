"""The peers' environments and processes, and the one embedder that all of them ask."""

import dbm.dumb
import json
import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from rag.embedding import Embedder

_ENVIRONMENT = {
    "HAYSTACK_TELEMETRY_ENABLED": "False",
    "ALLOW_RESOLVE_TRANSFORM": "True",  # txtai may call its script's own function
}


class EmbedderServer(ThreadingHTTPServer):
    """Answers texts with their vectors (float32), each embedded once and kept."""

    daemon_threads = True

    def __init__(self, embedder: Embedder, kept: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self._embedder = embedder
        self._kept = dbm.dumb.open(str(kept), "c")  # noqa: SIM115  # while it serves
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def vector(self, kind: str, text: str) -> bytes:
        """Return the vector of a text; `kind` is "/question" or "/passage"."""
        key = f"{self._embedder.fingerprint} {kind} {text}".encode()
        if key not in self._kept and kind == "/question":
            self._kept[key] = self._embedder.embed_question(text).tobytes()
        elif key not in self._kept:
            self._kept[key] = self._embedder.embed_passages([text]).tobytes()
        return self._kept[key]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: EmbedderServer

    def do_POST(self) -> None:
        size = int(self.headers["Content-Length"])
        texts = json.loads(self.rfile.read(size))
        body = b"".join(self.server.vector(self.path, text) for text in texts)
        self.send_response_only(200)  # the other one logs
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@dataclass(frozen=True, slots=True)
class System:
    """One column: its script, what pip installs for it, and what the script is told."""

    name: str
    script: str
    pins: str = ""
    variant: str = ""

    def python(self, work: Path) -> Path:
        """Return its interpreter; raises CalledProcessError where pip fails."""
        if not self.pins:
            return Path(sys.executable)
        folder = work / "environments" / self.script
        installed = folder / "pins.txt"
        if not installed.exists() or installed.read_text() != self.pins:
            subprocess.run([sys.executable, "-m", "venv", folder], check=True)
            pip = [str(folder / "bin/pip"), "-q", "install", *self.pins.split()]
            subprocess.run(pip, check=True, capture_output=True, text=True)
            installed.write_text(self.pins)
        return folder / "bin/python"


class Process:
    """A running script of a system; `started` is when, by `time.perf_counter`."""

    def __init__(self, system: System, work: Path, port: int) -> None:
        script = Path(__file__).with_name(f"{system.script}.py")
        python, store = system.python(work), work / "stores" / system.name
        self.started = time.perf_counter()
        self._child = subprocess.Popen(
            [python, script, store, str(port), system.variant],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=store.with_suffix(".log").open("a"),
            env=os.environ | _ENVIRONMENT,
            text=True,
        )

    def call(self, name: str, value: str) -> dict[str, Any]:
        """Send a request and return the reply; raises RuntimeError with its error."""
        print(json.dumps([name, value]), file=self._child.stdin, flush=True)
        line = self._child.stdout.readline() if self._child.stdout else ""
        reply: dict[str, Any] = json.loads(line or '{"error": "its process died"}')
        if reply["error"]:
            raise RuntimeError(reply["error"])
        return reply

    def end(self) -> None:
        """Let it finish."""
        self._child.communicate()
