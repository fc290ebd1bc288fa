"""Lists of words as one writes them: words with blanks between; pure."""

from __future__ import annotations


def wordlist(words: str) -> tuple[str, ...]:
    """Return the words of a text, in order.

    A quoted list of two hundred words takes two hundred lines, a text a dozen.
    """
    return tuple(words.split())


def wordset(words: str) -> frozenset[str]:
    """Return the words of a text, in no order."""
    return frozenset(words.split())


MONTHS = wordlist(
    "january february march april may june july august september october november "
    "december"
)
# one to twenty
COUNTED = wordlist(
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen twenty"
)
# The forms of English verbs that are no stem and ending, the plain one first. Those
# that are rather another word ("bore", "wound", "lit") are left out.
_IRREGULAR = """
beat beat beaten, become became, begin began begun, bite bit bitten, blow blew
blown, break broke broken, bring brought, build built, burn burnt, buy bought,
catch caught, choose chose chosen, come came, deal dealt, dig dug, draw drew
drawn, drink drank drunk, drive drove driven, eat ate eaten, fall fell fallen,
feed fed, feel felt, fight fought, find found, flee fled, fly flew flown, forbid
forbade forbidden, forget forgot forgotten, freeze froze frozen, get got gotten,
give gave given, go went gone, grow grew grown, hang hung, hear heard, hide hid
hidden, hit hit, hold held, keep kept, know knew known, lay laid, lead led,
learn learnt, leave left, lend lent, let let, lose lost, make made, mean meant,
meet met, overthrow overthrew overthrown, overtake overtook overtaken, pay paid,
put put, read read, ride rode ridden, ring rang rung, rise rose risen, run ran,
say said, see saw seen, seek sought, sell sold, send sent, set set, shake shook
shaken, shoot shot, show shown, shut shut, sing sang sung, sink sank sunk, sit
sat, sleep slept, speak spoke spoken, spend spent, spread spread, stand stood,
steal stole stolen, stick stuck, strike struck stricken, swear swore sworn, swim
swam swum, take took taken, teach taught, tear tore torn, tell told, think
thought, throw threw thrown, understand understood, wake woke woken, wear wore
worn, win won, withdraw withdrew withdrawn, write wrote written
"""
IRREGULAR_VERBS = tuple(map(wordlist, _IRREGULAR.split(",")))
