"""A version of an article as text for the terminal, and what was changed since."""

from difflib import unified_diff

from rag.history import VersionState
from rag.schema import Article
from ui.render import byline, printable


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
