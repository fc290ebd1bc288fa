"""A reranker from a folder: a cross-encoder on onnxruntime."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from rag.embedding import Vectors
from rag.errors import RerankingError, SettingsError

# the positions of BERT and its like; a longer passage is cut
_MOST_TOKENS = 512


class CrossEncoder:
    """Scores a passage by reading it together with the question.

    `folder` holds `tokenizer.json`, and `model.onnx` itself or in `onnx`: the model
    takes what it declares of input_ids, attention_mask and token_type_ids, and returns
    logits of shape (1, k), the last of which counts. Raises SettingsError where a file
    is missing.
    """

    depth = 30

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._tokenizer_file = folder / "tokenizer.json"
        places = (folder / "model.onnx", folder / "onnx" / "model.onnx")
        self._model_file = next((one for one in places if one.is_file()), places[0])
        for needed in (self._model_file, self._tokenizer_file):
            if not needed.is_file():
                raise SettingsError(
                    f"NEWSDESK_RERANKER is {folder}, where {needed.name} is missing; "
                    "set it to the folder of a cross-encoder, to the URL of a rerank "
                    "endpoint, or to sentences."
                )

    def scores(
        self,
        question: str,
        _vector: Vectors,
        passages: Sequence[Sequence[str]],
    ) -> Sequence[float]:
        """Return the logit of each passage."""
        try:
            return [self._score(question, " ".join(own)) for own in passages]
        # neither library's errors have a common base but Exception
        except Exception as error:
            reason = " ".join(str(error).split())[:200]
            raise RerankingError(
                f"The cross-encoder in {self._folder} does not run ({reason}); name "
                "another one in NEWSDESK_RERANKER."
            ) from error

    def _score(self, question: str, passage: str) -> float:
        # one at a time: padding costs a processor more than a batch saves it
        encoded = self._tokenizer.encode(question, passage)
        inputs = {
            "input_ids": encoded.ids,
            "attention_mask": encoded.attention_mask,
            "token_type_ids": encoded.type_ids,
        }
        declared = {one.name for one in self._session.get_inputs()}
        given = {
            name: np.array([row], dtype=np.int64)
            for name, row in inputs.items()
            if name in declared
        }
        logits = self._session.run(None, given)[0]
        if logits.ndim != 2 or not np.isfinite(logits).all():
            raise ValueError(f"it returns no logits but an array {logits.shape}")
        return float(logits[0, -1])

    @cached_property
    def _tokenizer(self) -> Any:
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(self._tokenizer_file))
        tokenizer.no_padding()
        tokenizer.enable_truncation(_MOST_TOKENS)
        return tokenizer

    @cached_property
    def _session(self) -> Any:
        from onnxruntime import InferenceSession, SessionOptions

        options = SessionOptions()
        # waiting threads otherwise spin, which stalls a busy machine
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        # lengths differ from run to run: memory kept for them would only grow
        options.enable_cpu_mem_arena = False
        return InferenceSession(
            self._model_file, options, providers=["CPUExecutionProvider"]
        )
