"""A cross-encoder of a folder: what it reads, and what is said of a broken one."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from rag import QueryEngine
from rag.config import Settings
from rag.errors import RerankingError, SettingsError
from rag.retrieval.cross_encoder import CrossEncoder
from tests.rerankers import NAMES, NO_VECTOR, QUESTION, make_model, scores


def test_a_cross_encoder_reads_the_question_with_each_passage(
    encoder: Path,
) -> None:
    found = scores(CrossEncoder(encoder), "heat pump", "fair", "dull", "homes homes")
    assert found == [4.0, 1.0, 0.0, -6.0]


def test_the_sentences_of_a_passage_are_read_as_one_text(encoder: Path) -> None:
    found = CrossEncoder(encoder).scores(QUESTION, NO_VECTOR, [["heat .", "pump ."]])
    assert found == [4.0]


@pytest.mark.parametrize("columns", [1, 2, 3])
def test_the_last_logit_is_the_score(encoder: Path, columns: int) -> None:
    make_model(encoder / "model.onnx", columns=columns)
    assert scores(CrossEncoder(encoder), "heat", "dull") == [2.0, 0.0]


@pytest.mark.parametrize("inputs", [NAMES[:1], NAMES[:2], NAMES])
def test_a_model_is_given_the_inputs_that_it_declares(
    encoder: Path, inputs: Sequence[str]
) -> None:
    make_model(encoder / "model.onnx", inputs)
    with_question = -3.0 if len(inputs) < 3 else 0.0  # "homes" is a word of it
    assert scores(CrossEncoder(encoder), "heat") == [2.0 + with_question]


def test_the_model_may_lie_in_a_folder_named_onnx(encoder: Path) -> None:
    (encoder / "onnx").mkdir()
    (encoder / "model.onnx").rename(encoder / "onnx" / "model.onnx")
    assert scores(CrossEncoder(encoder), "heat") == [2.0]


def test_a_long_passage_is_cut_at_512_tokens(encoder: Path) -> None:
    # the question has 7 tokens, and three mark the beginning and the ends
    assert scores(CrossEncoder(encoder), "fair " * 600) == [512 - 7 - 3]


@pytest.mark.parametrize("missing", ["model.onnx", "tokenizer.json"])
def test_a_folder_without_a_file_is_told_when_the_index_is_opened(
    encoder: Path, seeds_index: Path, missing: str
) -> None:
    (encoder / missing).unlink()
    with pytest.raises(SettingsError, match=f"NEWSDESK_RERANKER.*{missing}"):
        QueryEngine.open(settings=Settings(index=seeds_index, reranker=str(encoder)))


@pytest.mark.parametrize("broken", ["model.onnx", "tokenizer.json"])
def test_a_file_that_is_none_of_its_kind_is_told(encoder: Path, broken: str) -> None:
    (encoder / broken).write_text("<html>")
    with pytest.raises(RerankingError, match=r"does not run .*NEWSDESK_RERANKER"):
        scores(CrossEncoder(encoder), "heat")


def test_scores_that_are_no_numbers_are_told(encoder: Path) -> None:
    make_model(encoder / "model.onnx", scale=float("nan"))
    with pytest.raises(RerankingError, match="returns no logits"):
        scores(CrossEncoder(encoder), "heat")
