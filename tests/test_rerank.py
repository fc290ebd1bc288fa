"""Rerankers: a cross-encoder from a folder, an endpoint, and what if they fail."""

import json
import logging
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, pre_tokenizers, processors

from rag import QueryEngine
from rag.config import Settings
from rag.embedding import Vectors
from rag.errors import RerankingError, SettingsError
from rag.retrieval.cross_encoder import CrossEncoder
from rag.retrieval.rerank_endpoint import EndpointReranker
from tests.servers import KEY, Fake, Handler, running

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


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a cross-encoder that likes heat pumps and no homes."""
    make_tokenizer(tmp_path)
    make_model(tmp_path / "model.onnx")
    return tmp_path


def scores(reranker: CrossEncoder | EndpointReranker, *texts: str) -> list[float]:
    return list(reranker.scores(QUESTION, NO_VECTOR, [[text] for text in texts]))


# -- a folder -------------------------------------------------------------------------


def test_a_cross_encoder_reads_the_question_with_each_passage(folder: Path) -> None:
    found = scores(CrossEncoder(folder), "heat pump", "fair", "dull", "homes homes")
    assert found == [4.0, 1.0, 0.0, -6.0]


def test_the_sentences_of_a_passage_are_read_as_one_text(folder: Path) -> None:
    found = CrossEncoder(folder).scores(QUESTION, NO_VECTOR, [["heat .", "pump ."]])
    assert found == [4.0]


@pytest.mark.parametrize("columns", [1, 2, 3])
def test_the_last_logit_is_the_score(folder: Path, columns: int) -> None:
    make_model(folder / "model.onnx", columns=columns)
    assert scores(CrossEncoder(folder), "heat", "dull") == [2.0, 0.0]


@pytest.mark.parametrize("inputs", [NAMES[:1], NAMES[:2], NAMES])
def test_a_model_is_given_the_inputs_that_it_declares(
    folder: Path, inputs: Sequence[str]
) -> None:
    make_model(folder / "model.onnx", inputs)
    with_question = -3.0 if len(inputs) < 3 else 0.0  # "homes" is a word of it
    assert scores(CrossEncoder(folder), "heat") == [2.0 + with_question]


def test_the_model_may_lie_in_a_folder_named_onnx(folder: Path) -> None:
    (folder / "onnx").mkdir()
    (folder / "model.onnx").rename(folder / "onnx" / "model.onnx")
    assert scores(CrossEncoder(folder), "heat") == [2.0]


def test_a_long_passage_is_cut_at_512_tokens(folder: Path) -> None:
    # the question has 7 tokens, and three mark the beginning and the ends
    assert scores(CrossEncoder(folder), "fair " * 600) == [512 - 7 - 3]


@pytest.mark.parametrize("missing", ["model.onnx", "tokenizer.json"])
def test_a_folder_without_a_file_is_told_when_the_index_is_opened(
    folder: Path, seeds_index: Path, missing: str
) -> None:
    (folder / missing).unlink()
    with pytest.raises(SettingsError, match=f"NEWSDESK_RERANKER.*{missing}"):
        QueryEngine.open(settings=Settings(index=seeds_index, reranker=str(folder)))


@pytest.mark.parametrize("broken", ["model.onnx", "tokenizer.json"])
def test_a_file_that_is_none_of_its_kind_is_told(folder: Path, broken: str) -> None:
    (folder / broken).write_text("<html>")
    with pytest.raises(RerankingError, match=r"does not run .*NEWSDESK_RERANKER"):
        scores(CrossEncoder(folder), "heat")


def test_scores_that_are_no_numbers_are_told(folder: Path) -> None:
    make_model(folder / "model.onnx", scale=float("nan"))
    with pytest.raises(RerankingError, match="returns no logits"):
        scores(CrossEncoder(folder), "heat")


# -- an endpoint ----------------------------------------------------------------------


def endpoint(fake: Fake, name: str = "", **given: object) -> EndpointReranker:
    settings = {"timeout": 5.0, **given}
    return EndpointReranker(
        Settings(reranker=f"{fake.base_url}/rerank{name}", **settings)
    )


def ranked(*results: tuple[object, object]) -> str:
    """The body of a reply in the order given."""
    return json.dumps(
        {"results": [{"index": n, "relevance_score": score} for n, score in results]}
    )


def failure(fake: Fake, body: str, status: int = 200) -> str:
    """The sentence that a reply to two passages leads to."""
    fake.behaviour = lambda server: server.reply(status, body)
    with pytest.raises(RerankingError) as caught:
        scores(endpoint(fake), "one", "two")
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    return str(caught.value)


def test_an_endpoint_is_asked_and_its_order_undone(fake: Fake) -> None:
    fake.behaviour = lambda server: server.reply(200, ranked((1, 0.9), (0, -0.5)))
    assert scores(endpoint(fake, "#tiny/v2"), "one", "two") == [-0.5, 0.9]
    assert fake.requests == [
        {"model": "tiny/v2", "query": QUESTION, "documents": ["one", "two"], "top_n": 2}
    ]


def test_without_a_model_in_the_address_none_is_sent(fake: Fake) -> None:
    fake.behaviour = lambda server: server.reply(200, ranked((0, 1)))
    scores(endpoint(fake), "one")
    assert "model" not in fake.requests[0]


@pytest.mark.parametrize(
    ("base_url", "sent"),
    [
        ("http://127.0.0.1:1/v1", f"Bearer {KEY}"),  # another port of the same host
        ("https://127.0.0.1/v1", None),  # what is sent enciphered there stays so
        ("http://models.example/v1", None),
        (None, None),
    ],
)
def test_the_key_goes_only_to_the_host_whose_it_is(
    fake: Fake, base_url: str | None, sent: str | None
) -> None:
    seen = []

    def behave(server: Handler) -> None:
        seen.append(server.headers["Authorization"])
        server.reply(200, ranked((0, 1)))

    fake.behaviour = behave
    scores(endpoint(fake, openai_api_key=KEY, openai_base_url=base_url), "one")
    assert seen == [sent]


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<p>Hi</p>",
        "[]",
        "{}",
        '{"results": null}',
        '{"results": [1, 2]}',
        "[" * 100_000,
        ranked((0, 0.5)),
        ranked((0, 0.5), (0, 0.5)),
        ranked((0, 0.5), (2, 0.5)),
        ranked((0, 0.5), (1, 0.5), (2, 0.5)),
        ranked((0, 0.5), (1, 0.5), (1, 0.5)),
        ranked((0, 0.5), (1, None)),
        ranked((0, 0.5), (1, "high")),
        ranked((0, 0.5), (1, float("nan"))),
        ranked((0, 0.5), (1, 10**400)),
        ranked((0, 0.5), ([1], 0.5)),
    ],
)
def test_a_reply_that_means_nothing_is_told(fake: Fake, body: str) -> None:
    sentence = failure(fake, body)
    assert "one score for each passage" in sentence
    assert "NEWSDESK_RERANKER" in sentence


@pytest.mark.parametrize("status", [302, 400, 404, 429, 500])
def test_a_refusal_is_told_with_its_status(fake: Fake, status: int) -> None:
    assert f"status {status}" in failure(fake, ranked((0, 1), (1, 1)), status)


@pytest.mark.parametrize("status", [401, 403])
def test_a_wrong_key_is_told(fake: Fake, status: int) -> None:
    assert "OPENAI_API_KEY" in failure(fake, "{}", status)


def test_a_reply_without_end_is_cut_off(fake: Fake) -> None:
    assert "come to an end" in failure(fake, " " * 3_000_000)


def says_then(act):
    def behave(server: Handler) -> None:
        server.open()
        server.wfile.write(b'{"results": ')
        act(server)

    return behave


def test_a_reply_that_breaks_off_is_told(fake: Fake) -> None:
    fake.behaviour = says_then(lambda server: server.reset())
    with pytest.raises(RerankingError, match="broke the connection off"):
        scores(endpoint(fake), "one")


def drips(server: Handler) -> None:
    while not server.fake.over.wait(0.05):
        server.wfile.write(b" ")


@pytest.mark.parametrize("act", [Handler.stall, drips])
def test_a_reply_that_does_not_come_in_time_is_told(fake: Fake, act) -> None:
    fake.behaviour = says_then(act)
    with pytest.raises(RerankingError, match=r"0\.3 seconds.*NEWSDESK_TIMEOUT"):
        scores(endpoint(fake, timeout=0.3), "one")


def test_an_endpoint_that_is_not_there_is_told_without_its_password() -> None:
    address = "http://ann:secret@127.0.0.1:9/rerank?token=secret#tiny"
    with pytest.raises(RerankingError, match="cannot be reached") as caught:
        scores(EndpointReranker(Settings(reranker=address)), "one")
    assert "http://127.0.0.1:9/rerank " in str(caught.value)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("address", ["http://", "http://host:port/rerank"])
def test_an_address_that_is_none_is_told_when_the_index_is_opened(
    seeds_index: Path, address: str
) -> None:
    with pytest.raises(SettingsError, match="NEWSDESK_RERANKER"):
        QueryEngine.open(settings=Settings(index=seeds_index, reranker=address))


@pytest.mark.slow
def test_llama_cpp_is_such_an_endpoint() -> None:
    with running("rerank") as url:
        reranker = EndpointReranker(Settings(reranker=f"{url}/rerank"))
        assert len(scores(reranker, "heat", "pump", "homes")) == 3


# -- in a question --------------------------------------------------------------------


@pytest.fixture
def built_in(seeds_index: Path) -> Iterator[QueryEngine]:
    with QueryEngine.open(seeds_index) as engine:
        yield engine


def opened(index: Path, reranker: str, **given: object) -> QueryEngine:
    return QueryEngine.open(settings=Settings(index=index, reranker=reranker, **given))


def likes(word: str):
    """A reranker that scores a passage by how often it has a word."""

    def behave(server: Handler) -> None:
        documents = server.fake.requests[-1]["documents"]
        server.reply(
            200, ranked(*((n, d.count(word)) for n, d in enumerate(documents)))
        )

    return behave


def test_the_reranker_of_the_settings_ranks_the_passages(
    fake: Fake, seeds_index: Path, built_in: QueryEngine
) -> None:
    fake.behaviour = likes("megawatt")
    with opened(seeds_index, f"{fake.base_url}/rerank") as engine:
        best = engine.retrieve("How much power does it take?")
        answer = engine.query("How much power does it take?")
    assert best != built_in.retrieve("How much power does it take?")
    assert "megawatt" in best[0].text
    assert len(fake.requests[0]["documents"]) == 30
    assert answer.notes == ()


def test_a_cross_encoder_ranks_the_passages(
    folder: Path, seeds_index: Path, built_in: QueryEngine
) -> None:
    question = "How is warmth made?"
    with opened(seeds_index, str(folder)) as engine:
        assert all("heat" in one.text for one in engine.retrieve(question))
    assert not all("heat" in one.text for one in built_in.retrieve(question))


def test_where_the_reranker_fails_the_answer_is_the_built_in_one_with_a_note(
    fake: Fake, seeds_index: Path, built_in: QueryEngine
) -> None:
    fake.behaviour = lambda server: server.reply(503, "")
    with opened(seeds_index, f"{fake.base_url}/rerank") as engine:
        answer = engine.query(QUESTION)
    expected = built_in.query(QUESTION)
    assert answer.sentences == expected.sentences
    assert answer.passages == expected.passages
    assert expected.notes == ()
    (note,) = answer.notes
    assert "status 503" in note
    assert note.endswith("The built-in ranking was used instead.")


def test_asked_twice_for_one_question_it_fails_with_one_note(
    fake: Fake, seeds_index: Path
) -> None:
    fake.behaviour = lambda server: server.reply(503, "")
    with opened(seeds_index, f"{fake.base_url}/rerank") as engine:
        answer = engine.query("What did Piet Hallowell say of homes, by Gwen Tolliver?")
    assert sum("status 503" in note for note in answer.notes) == 1


def test_where_there_is_no_answer_to_hold_a_note_the_failure_is_logged(
    folder: Path,
    seeds_index: Path,
    built_in: QueryEngine,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with opened(seeds_index, str(folder)) as engine:
        (folder / "model.onnx").write_bytes(b"")
        with caplog.at_level(logging.WARNING):
            found = engine.retrieve(QUESTION)
            engine.why(QUESTION, found[0].article_id)
    assert found == built_in.retrieve(QUESTION)
    assert [one.levelname for one in caplog.records] == ["WARNING"] * 2
    assert "does not run" in caplog.text
