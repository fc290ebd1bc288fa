"""Real small rerankers, and what an endpoint replies; for tests."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, pre_tokenizers, processors

from rag.embedding import Vectors
from rag.retrieval.cross_encoder import CrossEncoder
from rag.retrieval.rerank_endpoint import EndpointReranker

QUESTION = "How many homes will be protected?"
NO_VECTOR: Vectors = np.zeros(1, np.float32)


WORDS = ("[UNK]", "[CLS]", "[SEP]", "dull", "fair", "heat", "pump", "homes")
WORTH = {"fair": 1.0, "heat": 2.0, "pump": 2.0, "homes": -3.0}
NAMES = ("input_ids", "attention_mask", "token_type_ids")


def make_tokenizer(folder: Path) -> None:
    """Write a real tokenizer.json: words, and pairs as BERT reads them."""
    vocabulary = {word: number for number, word in enumerate(WORDS)}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token=WORDS[0]))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 1), ("[SEP]", 2)],
    )
    # what a folder from a hub may come with; newsdesk wants neither
    tokenizer.enable_padding(length=700)
    tokenizer.enable_truncation(900)
    tokenizer.save(str(folder / "tokenizer.json"))


def make_model(
    path: Path, inputs: Sequence[str] = NAMES, columns: int = 1, scale: float = 1.0
) -> None:
    """Write a real cross-encoder: the sum of the worth of the passage's words.

    Of several columns the last is the score. With token types only the passage counts.
    """
    worth = np.array([WORTH.get(word, 0.0) for word in WORDS], np.float32)
    factors = np.array([[*[-9.0] * (columns - 1), scale]], np.float32)
    masks = [name for name in inputs if name != "input_ids"]
    nodes = [helper.make_node("Gather", ["worth", "input_ids"], ["state"])]
    for n, name in enumerate(masks):
        before = "state" if n == 0 else f"masked{n - 1}"
        nodes += [
            helper.make_node("Cast", [name], [f"mask{n}"], to=TensorProto.FLOAT),
            helper.make_node("Mul", [before, f"mask{n}"], [f"masked{n}"]),
        ]
    last = f"masked{len(masks) - 1}" if masks else "state"
    nodes += [
        helper.make_node("ReduceSum", [last, "axis"], ["sum"], keepdims=1),
        helper.make_node("MatMul", ["sum", "factors"], ["logits"]),
    ]
    shape = ["batch", "sequence"]
    graph = helper.make_graph(
        nodes,
        "cross-encoder",
        [
            helper.make_tensor_value_info(one, TensorProto.INT64, shape)
            for one in inputs
        ],
        [
            helper.make_tensor_value_info(
                "logits", TensorProto.FLOAT, ["batch", columns]
            )
        ],
        [
            numpy_helper.from_array(worth, "worth"),
            numpy_helper.from_array(factors, "factors"),
            numpy_helper.from_array(np.array([1], np.int64), "axis"),
        ],
    )
    opset = helper.make_opsetid("", 17)
    onnx.save(helper.make_model(graph, opset_imports=[opset], ir_version=8), str(path))


def scores(reranker: CrossEncoder | EndpointReranker, *texts: str) -> list[float]:
    return list(reranker.scores(QUESTION, NO_VECTOR, [[text] for text in texts]))


def ranked(*results: tuple[object, object]) -> str:
    """The body of a reply in the order given."""
    return json.dumps(
        {"results": [{"index": n, "relevance_score": score} for n, score in results]}
    )
