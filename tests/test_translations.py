"""The dictionaries of the page: complete, alike, and with the same placeholders."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from ui.translation import languages
from ui.web.language import head

ROOT = Path(__file__).parent.parent
# what they raise is seen in the terminal only, or before there is a page
TERMINAL = {
    *(
        "ingest/opml.py",
        "ingest/watch.py",
        "rag/config.py",
        "rag/retrieval/cross_encoder.py",
    ),
    *(
        "rag/evaluation/measures.py",
        "rag/embedders/fastembed_embedder.py",
        "rag/llamaindex.py",
    ),
    *(
        "rag/index/ledger/copies.py",
        "rag/index/ledger/purge.py",
        "rag/evaluation/self_questions.py",
    ),
    *("rag/receipt.py", "ui/cli/ask.py", "ui/cli/eval.py"),
    *("ui/cli/sources.py", "ui/logins.py", "ui/render/receipt.py"),
    *("ui/render/evaluation.py", "ui/web/service.py"),
}
ONLY_THERE = tuple(
    map(re.escape, ("NEWSDESK_EMBEDDER is ", "Another newsdesk already watches"))
)
RAISED = re.compile(r"\w+Error|ArticleNotFound|Index\w+|EmbedderMismatch|failure|kind")


def placeholders(text: str) -> list[str]:
    return sorted(re.findall(r"\{(\w+)\}", text))


@pytest.mark.parametrize("code", languages())
def test_a_translation_has_the_placeholders_of_its_text(code):
    for text, translation in languages()[code]["texts"].items():
        assert placeholders(text) == placeholders(translation), text
        assert translation.strip(), text


def test_every_language_has_the_same_texts():
    every = [set(one["texts"]) for one in languages().values()]
    assert every
    assert all(one == every[0] for one in every)


def test_the_dictionaries_cannot_end_the_script_that_holds_them():
    script = head().removeprefix("<script>").removesuffix("</script>")
    assert "</script" not in script
    assert "<!--" not in script


def said(node: ast.expr) -> str:
    """Return what a literal may say, as a pattern; "" for what is no literal."""
    match node:
        case ast.Constant(value=str(text)):
            return re.sub(r"\\{\w+\\}", ".*", re.escape(text))
        case ast.JoinedStr(values=parts):
            return "".join(said(part) or ".*" for part in parts)
    return ""


def errors() -> Iterator[tuple[str, str]]:
    """Yield where an error is made, and what it may say."""
    for room in ("rag", "ingest", "ui"):
        for path in sorted((ROOT / room).rglob("*.py")):
            if str(path.relative_to(ROOT)) in TERMINAL:
                continue
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if not (isinstance(node, ast.Call) and node.args):
                    continue
                name = ast.unparse(node.func).rpartition(".")[2]
                text = said(node.args[0])
                if ";" in text and RAISED.fullmatch(name):
                    yield f"{path.name}:{node.lineno}", text


@pytest.mark.parametrize("code", languages())
def test_every_error_that_the_page_may_show_is_translated(code):
    known = languages()[code]["texts"]
    made = list(errors())
    missing = [
        (place, text)
        for place, text in made
        if not any(re.fullmatch(text, one) for one in known)
        and not text.startswith(ONLY_THERE)
    ]
    assert len(made) > 60
    assert missing == []
