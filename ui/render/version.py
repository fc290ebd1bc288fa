"""A version of an article as text for the terminal, and what was changed since."""

import re
from difflib import SequenceMatcher, unified_diff
from html import escape

from rag.index.history import VersionState
from rag.schema import Article
from ui.render.text import byline, printable

_WORD = re.compile(r"\S+")
_CONTEXT = 12  # words beside a change
_COMPARED = 4_000_000  # pairs of words: some seconds; above, all is told as changed


def version_text(shown: Article, state: VersionState, newest: Article) -> str:
    """Return a version with its note, and the difference to the newest one."""
    note = f" ({state.note})" if state.note else ""
    about = byline(shown.author, shown.published, shown.publisher)
    flagged = f"flagged: {', '.join(shown.flags)}" if shown.flags else ""
    kept = f"version {shown.version}{note}"
    head = (shown.title, about, shown.source, kept, flagged)
    parts = ["\n".join(filter(None, head)), shown.text.strip()]
    if state.superseded:
        parts.append(difference(shown, newest))
    return printable("\n\n".join(parts))


def difference(old: Article, new: Article) -> str:
    """Return a unified diff of two versions, of what is known about them too."""
    changes = unified_diff(
        _lines(old),
        _lines(new),
        f"version {old.version}",
        f"version {new.version}",
        lineterm="",
    )
    return "\n".join(changes) or f"version {new.version} says the same"


def _lines(article: Article) -> list[str]:
    known = {
        "title": article.title,
        "author": article.author,
        "published": article.published,
        "publisher": article.publisher,
    }
    about = [f"{name}: {value}" for name, value in known.items() if value]
    return [*about, "", *article.text.splitlines()]


def difference_html(old: Article, new: Article) -> str:
    """Return what was changed between two versions, word by word, as <del> and <ins>.

    Of long stretches that stayed only the words around a change are shown.
    """
    before, after = _lines(old), _lines(new)
    changes = SequenceMatcher(None, before, after).get_opcodes()
    shown = []
    for tag, start, end, begin, stop in changes:
        if tag == "equal":
            continue
        was, now = "\n".join(before[start:end]), "\n".join(after[begin:stop])
        if was.strip() or now.strip():
            shown.append(f"<p>{_words_html(was, now)}</p>")
    return (
        "".join(shown) or f'<p translate="yes">Version {new.version} says the same.</p>'
    )


def _words_html(was: str, now: str) -> str:
    before, after = _WORD.findall(was), _WORD.findall(now)
    if len(before) * len(after) > _COMPARED:
        return f"{_tagged('del', before)} {_tagged('ins', after)}"
    changes = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    parts = []
    for tag, start, end, begin, stop in changes:
        if tag == "equal":
            parts.append(
                _around(before[start:end], first=not start, last=end == len(before))
            )
        else:
            parts += [
                _tagged("del", before[start:end]),
                _tagged("ins", after[begin:stop]),
            ]
    return " ".join(filter(None, parts))


def _around(words: list[str], *, first: bool, last: bool) -> str:
    """Return words that stayed, without those far from any change."""
    head = [] if first else words[:_CONTEXT]
    tail = [] if last else words[-_CONTEXT:]
    if len(head) + len(tail) >= len(words):
        return escape(" ".join(words))
    return escape(" ".join([*head, "…", *tail]))


def _tagged(tag: str, words: list[str]) -> str:
    return f"<{tag}>{escape(' '.join(words))}</{tag}>" if words else ""
