"""What every peer's process has in common: the loopback embedder and the protocol.

Only the standard library: the peers have environments of their own. Started as `python
peers_NAME.py STORE EMBEDDER_PORT [VARIANT]`; requests, `[CALL, VALUE]`, and replies are
lines of JSON.
"""

import http.client
import json
import os
import sys
import time
from array import array
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

LIMIT = 10  # passages, of every system
STORE = Path(sys.argv[1])
VARIANT = "".join(sys.argv[3:])

# file, start of the passage in it (-1 where the system does not tell) and its text
Found = list[tuple[str, int, str]]


class _Embedding:
    """Asks the benchmark's embedder; counts passages, and seconds of waiting for it."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port)
        self.seconds = 0.0
        self.texts = 0

    def passages(self, texts: Sequence[str]) -> list[list[float]]:
        self.texts += len(texts)
        return self._ask("passage", texts)

    def question(self, text: str) -> list[float]:
        return self._ask("question", [text])[0]

    def _ask(self, kind: str, texts: Sequence[str]) -> list[list[float]]:
        started = time.perf_counter()
        self._connection.request("POST", f"/{kind}", json.dumps(list(texts)))
        floats = array("f", self._connection.getresponse().read())
        size = len(floats) // max(len(texts), 1)
        rows = [floats[i * size : (i + 1) * size].tolist() for i in range(len(texts))]
        self.seconds += time.perf_counter() - started
        return rows


EMBEDDING = _Embedding(int(sys.argv[2]))


def serve(ingest: Callable[[Path], None], ask: Callable[[str], Found]) -> None:
    """Answer requests until there are no more.

    "ingest" brings a folder into the store, as often as it is asked; "ask" opens the
    store the first time. A reply has `value`, `error` (empty, or what was raised),
    `seconds` besides those of the `embedder`, `texts` embedded and `memory`, the most
    that the process ever held, in bytes.
    """
    replies = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever a library prints does not belong to the protocol
    for line in sys.stdin:
        call, value = json.loads(line)
        started, waited = time.perf_counter(), EMBEDDING.seconds
        reply: dict[str, Any] = {"value": [], "error": "", "texts": -EMBEDDING.texts}
        try:
            if call == "ask":
                reply["value"] = ask(value)
            else:
                ingest(Path(value))
        except Exception as error:  # noqa: BLE001  # told in the peer's column
            reply["error"] = f"{type(error).__name__}: {error}"[:200]
        reply["embedder"] = EMBEDDING.seconds - waited
        reply["seconds"] = time.perf_counter() - started - reply["embedder"]
        reply["texts"] += EMBEDDING.texts
        # getrusage would count what the process was before it became this one
        status = Path("/proc/self/status").read_text("utf-8")
        reply["memory"] = int(status.split("VmHWM:")[1].split()[0]) * 1024
        print(json.dumps(reply), file=replies, flush=True)
