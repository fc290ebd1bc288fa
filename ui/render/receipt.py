"""A receipt as a page of its own, and back: what is shown is made of what is inside."""

import json
from html import escape
from typing import Any

from rag.errors import UsageError
from rag.receipt import Receipt, cited_in, receipt_text, receipts_in, signed
from rag.schema import Sentence, Verdict
from ui.render.text import byline, verdict_tag
from ui.translation import OWN, say, speaking

_OPEN, _CLOSE = '<script type="application/json" id="receipt">\n', "</script>"
# nothing is fetched and nothing runs
_HEAD = """<!doctype html>
<html lang="{language}"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<style>
body { max-width: 42rem; margin: 3rem auto; padding: 0 1.25rem; color: #1c2224;
  background: #fcfcfa; font: 1.0625rem/1.6 Georgia, serif; }
h1 { font-size: 1.75rem; line-height: 1.2; }
h2 { font-size: 1.25rem; line-height: 1.3; }
h3 { margin-top: 2rem; font-size: 1rem; }
section + section { margin-top: 3rem; border-top: 1px solid #d5d9d2;
  padding-top: 1rem; }
li { margin: 0 0 1rem; }
blockquote { margin: 0 0 .25rem; }
small, footer { color: #545d5f; font: .8125rem/1.5 system-ui, sans-serif;
  overflow-wrap: anywhere; }
footer { margin-top: 2.5rem; border-top: 1px solid #d5d9d2; padding-top: .75rem; }
</style>"""


def receipt_html(record: Receipt, language: str = OWN) -> str:
    """Return a receipt as one file that needs nothing else.

    In another language it holds what newsdesk says in it, by the English: it can be
    checked wherever that is said otherwise by then, or not at all.
    """
    said = dict(record.get("said", {}))
    with speaking(OWN if "said" in record else language, said):
        shown = _body(record)
    if said and "said" not in record:
        record = signed({**record, "language": language, "said": said})
    return _page(record, shown)


def _body(record: Receipt) -> str:
    name = record.get("name")
    head = f"<h1>{escape(name)}</h1>\n" if name is not None else ""
    answers = "".join(
        f"<section>{_answer_html(one)}</section>\n" for one in receipts_in(record)
    )
    made = escape(say(f"Made at {record['made_at']}."))
    how = say("Check it with: newsdesk verify FILE")
    title = f"<title>{say('Receipt')}</title></head><body>\n"
    return f"{title}{head}{answers}<footer>{made}<br>{how}<br>SHA-256 "


def _page(record: Receipt, shown: str) -> str:
    head = _HEAD.replace("{language}", record.get("language", OWN))
    # "<" is the only sign that could end the script
    inside = receipt_text(record).replace("<", "\\u003c")
    return (
        f"{head}{shown}{escape(record['sha256'])}</footer>\n"
        f"{_OPEN}{inside}{_CLOSE}\n</body></html>\n"
    )


def _answer_html(record: Receipt) -> str:
    said = " ".join(map(_sentence_html, record["sentences"]))
    asked = _small(f"Asked as: {record['asked']}")
    against = "".join(
        _small(
            f"[{one['older']:d}] and [{one['newer']:d}] contradict each other"
            f"{'; the second is the newer' if one['dated'] else ''}."
        )
        for one in record["conflicts"]
    )
    cited = "".join(map(_citation_html, record["citations"]))
    proofs = f"<h3>{say('Proofs')}</h3>\n<ol>{cited}</ol>\n" if cited else ""
    notes = "".join(map(_small, record["notes"]))
    body = said or escape(say(record["text"]))
    return (
        f"<h2>{escape(record['question'])}</h2>\n"
        f"{asked if record['asked'] else ''}<p>{body}</p>\n{notes}{against}{proofs}"
        f"{_small('Model: ' + record['model'] + '.')}\n"
    )


def _small(text: str) -> str:
    return f"<p><small>{escape(say(text))}</small></p>"


def read_receipt(raw: bytes) -> tuple[Receipt, bool]:
    """Return a receipt, and whether the file is to the byte what it was made as.

    Raises UsageError for what is no receipt.
    """
    try:
        text = raw.decode()
        page = _OPEN in text
        inside = text.split(_OPEN, 1)[1].split(_CLOSE, 1)[0] if page else text
        record = json.loads(inside)
        made = receipt_html(record) if page else receipt_text(record)
        _number_all(record)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise UsageError(
            "The file is not a receipt, or it was altered so that it cannot be read; "
            "make one with: newsdesk ask --receipt FILE."
        ) from None
    return record, made.encode() == raw


def _number_all(record: Any) -> None:
    """Look at everything that is read later, so that it is there and what it should."""
    for one in cited_in(record):
        for name in ("quote", "quote_sha256", "content_sha256", "title", "article_id"):
            one[name] + ""
        one["start"] + one["end"] + one["version"] + one["number"]


def _sentence_html(one: dict[str, Any]) -> str:
    sentence = Sentence(one["text"], (), Verdict(one["verdict"]), one["reason"])
    marks = "".join(f"<sup>[{n}]</sup>" for n in one["citations"])
    text = one["text"] if one["citations"] else say(one["text"])
    shown, tag = escape(text) + marks, verdict_tag(sentence)
    if sentence.verdict is Verdict.UNSUPPORTED:
        shown = f"<s>{shown}</s>"
    return f"{shown} <small>[{escape(tag)}]</small>" if tag else shown


def _citation_html(one: dict[str, Any]) -> str:
    page = one.get("page")  # older receipts have none
    place = say(f"p. {page:d}") if page else ""
    span = say(
        f"version {one['version']:d}, characters {one['start']:d} to {one['end']:d}"
    )
    signed = ", ".join(filter(None, (byline(one["author"], one["published"]), place)))
    return (
        f'<li value="{one["number"]:d}"><blockquote>{escape(one["quote"])}</blockquote>'
        f"<small>{escape(one['title'])}{escape(f' ({signed})' if signed else '')}<br>"
        f"{escape(one['source'])}, {span}<br>{say('article SHA-256')} "
        f"{escape(one['content_sha256'])}</small></li>\n"
    )
