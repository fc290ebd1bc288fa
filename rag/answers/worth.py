"""What a sentence is worth as an answer to a question."""

from __future__ import annotations

from rag.proof.attribution import speaker_of
from rag.questions.question import (
    asks_for_that,
    asks_the_author,
    asks_to_be_told,
    asks_what_is_said,
    speaker,
    speaks_of,
    telling,
)
from rag.questions.slots import (
    asks_for_a_side,
    asks_how_many,
    asks_who_that_is,
    holds,
)
from rag.retrieval.nearest import Nearest
from rag.schema import Passage, Voice

# What it is worth to hold a date where a date is asked for, and so on: .1 to .5 are
# alike, none .004 worse.
_FITTING = 0.3
_COUNTS = 1.0
# What it is worth to stand in a passage that is near the question (times its cosine):
# 3 to 8 are alike; with 0 the first sentence holds the answer in .014 fewer.
_CONTEXT = 4.0
# What the share of words counts beyond the score: with 0 .925 hold it in 253
# characters, and the first sentence does in .800, not .807.
_WORDS = 1.0
# What it is worth to hold every word asked for, with the title: .3 to 1 are alike.
_EVERY_WORD, _EVERY = 0.6, 0.999
# What it is worth to say who somebody is, or to be the word of somebody, if that is
# asked: it must outdo the sentence that only names them. Chosen on seeds/.
_SURELY = 1.5
# The same of him who is asked by name: what has every word asked for may be on him.
_SAID = 1.8
# What it is worth to speak for or against it, if that is asked: who does so seldom
# repeats what it is.
_TAKES_A_SIDE = 2.5
# What it is worth to have a word of the subject where an article begins, which tells
# what it is all about, if no more than a subject is named: the more, the earlier.
# Chosen on 19 news stories.
_LEAD = 2.0
# What a sentence loses that asks something itself.
_ASKS = 0.6
# What the author's own word is worth where the author is asked for: half of that.
_OWN_WORD = 0.3
# And where it says "I think", if that is asked: a view seldom repeats the words of
# what it is on, and has to outdo a sentence that has them all. Chosen on two articles.
_OWN_VIEW = 3.5
# Where it is only asked what the author says, what is on the point comes first.
_ANY_VIEW = 2.0


def worth_of(question: str, one: Nearest) -> float:
    """Return the score, better where it holds what is asked for.

    Also where it is the word of him whose word is asked for, the author or another.
    """
    value = one.score + _WORDS * one.share + _CONTEXT * one.passage.cosine
    if one.share >= _EVERY:
        value += _EVERY_WORD
    if holds(question, one.text):
        value += _fitting(question, one)
    if one.text.endswith("?"):
        value -= _ASKS
    if asks_to_be_told(question):
        value += _LEAD * one.lead if one.own else 0.0
    elif asks_what_is_said(question):
        passage = one.passage
        said = speaker_of(passage.text, one.start, one.end, passage.author)
        if asks_the_author(question) or speaks_of(question, passage.author):
            value += _OWN_WORD if said.voice is Voice.AUTHOR else 0.0
        elif speaks_of(speaker(question) or question, said.name):
            value += _SAID
    return value


def said_by_another(question: str, passage: Passage, start: int, end: int) -> bool:
    """Whether somebody else says `passage.text[start:end]` than whose word is asked."""
    if not speaker(question)[:1].isupper():
        return False
    said = speaker_of(passage.text, start, end, passage.author)
    return bool(said.name) and not speaks_of(speaker(question), said.name)


def _fitting(question: str, one: Nearest) -> float:
    """Return what it is worth to hold what is asked for."""
    if asks_for_a_side(question) and one.share:
        return _TAKES_A_SIDE
    if asks_how_many(question):
        return _COUNTS
    return _SURELY if asks_who_that_is(question) else _FITTING


def worth_as_view(question: str, one: Nearest) -> float:
    """Return the worth among the sentences of an article: its author's view is more."""
    value, passage = worth_of(question, one), one.passage
    told = telling(question) if asks_what_is_said(question) else None
    if told and told.search(one.text):
        asked = asks_the_author(question) or speaks_of(question, passage.author)
        said = speaker_of(passage.text, one.start, one.end, passage.author)
        worth = _OWN_VIEW if asks_for_that(question) else _ANY_VIEW
        value += worth if asked and said.voice is Voice.AUTHOR else 0.0
    return value
