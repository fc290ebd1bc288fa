"""Texts that several test modules make up, always the same for the same seed."""
# ruff: noqa: S311  # made-up texts, no secrets

import random
from pathlib import Path

import hypothesis.strategies as st

from rag.schema import ArticleSummary
from rag.wordlist import wordlist

SEEDS = Path(__file__).parent.parent / "seeds"
HOMES = "How many homes will be protected?"  # they say it

_WORDS = wordlist(
    "river council barrier vote price winter engineer harvest minister clinic border "
    "battery signal teacher market turbine island treaty archive engine forest budget "
    "cautious quiet early narrow public foreign steady northern expensive remote "
    "announced measured repaired doubted promised delayed crossed counted rejected"
)


def sentence(rng: random.Random) -> str:
    """Make up a sentence of four to twenty-four words."""
    words = [rng.choice(_WORDS) for _ in range(rng.randint(4, 24))]
    return " ".join(words).capitalize() + "."


def article(seed: int, paragraphs: int, sentences: tuple[int, int] = (1, 7)) -> str:
    """Make up an article."""
    rng = random.Random(seed)
    return "\n\n".join(
        " ".join(sentence(rng) for _ in range(rng.randint(*sentences)))
        for _ in range(paragraphs)
    )


_inline = st.text(
    st.one_of(
        st.sampled_from("ab Z.!?,;:*_`#->|[]()<&\\'\"\t 1"),
        st.characters(exclude_categories=["Cs", "Cc"]),
    ),
    max_size=60,
)
_line = st.one_of(
    st.builds("{}{}".format, st.sampled_from(["", "# ", "## ", "> ", "    "]), _inline),
    st.builds("{} {}".format, st.sampled_from(["-", "*", "1.", "###### "]), _inline),
    st.builds("| {} | {} |".format, _inline, _inline),
    st.sampled_from(
        ["", "", "---", "===", "```", "| - | - |", "<div>", "</div>", "[1]: http://a.b"]
    ),
    st.integers(1, 400).map("word. ".__mul__),
    st.integers(1, 1300).map("x".__mul__),
)
# text that has the marks of Markdown in right and wrong places
markdown_like = st.lists(_line, max_size=25).map("\n".join)


def summary(**values: str) -> ArticleSummary:
    """A line of the list of articles of which only some columns matter."""
    given = {"author": "", "publisher": "", "published": "", "language": "en"} | values
    given = {"article_id": "a1", "title": "", "source": "/news/a.md"} | given
    return ArticleSummary(**given, version=1, chunks=1, state="live")
