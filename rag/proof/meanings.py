"""Words that exclude one another: rose and fell, May and June, metres and feet; pure.

Each line of `_GROUPS` holds words of one kind, "|" between those that exclude one
another; words on one side are alike. Where a sentence says one and its passage
another, they disagree. English; the list holds general words only, none of a subject.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache

from rag.index.word_query import stems
from rag.questions.mismatch import opposites
from rag.wordlist import wordset

_GROUPS = """
rise rose risen rising increase grow grew grown growth climb jump surge soar \
expand expansion raise boost swell swelled escalate uptick widen lengthen | \
fall fell fallen falling drop decline decrease \
shrink shrank shrunk dip slump \
plunge plummet tumble sink sank reduce reduction cut lower slash lessen diminish \
dwindle narrow shorten
gain earn profit win won victory | lose lost losing loss losses defeat defeated
more greater bigger larger | less fewer smaller
most | least
high higher highest | low lower lowest
better best improve improvement | worse worst worsen deteriorate deterioration
cheap cheaper cheapest | expensive dear dearer costly costlier pricey
fast faster fastest quick quicker rapid swift accelerate | slow slower slowest sluggish
strong stronger strongest strengthen | weak weaker weakest weaken
warm warmer hot hotter | cold colder cool cooler freezing chilly
early earlier earliest sooner | late later latest
before prior precede preceding | after following follow
until till | since
above over exceed | below under
near nearer close closer | far farther distant remote
accept approve back support endorse favour favor pass adopt agree allow permit welcome \
authorise authorize | reject oppose refuse deny veto disapprove forbid prohibit ban \
disagree block
begin began begun start launch open commence | end ended finish stop halt cease close
appoint hire recruit | dismiss fire sack resign
buy bought purchase acquire | sell sold sale
import | export
lend lent loan | borrow
enter join arrive | leave left quit depart exit withdraw withdrew
succeed success successful | fail failed failure unsuccessful
include | exclude
easy easier simple | difficult hard harder complicated
safe safer | dangerous risky unsafe
legal lawful | illegal unlawful
likely probable | unlikely improbable
possible | impossible
always | never | sometimes often rarely seldom
public | private
male man men boy | female woman women girl
rich wealthy | poor
young younger | old older elderly
increasing rising | decreasing falling
majority | minority
maximum | minimum
first | last
january | february | march | april | may | june | july | august | september | \
october | november | december
monday | tuesday | wednesday | thursday | friday | saturday | sunday
winter | spring | summer | autumn
north northern | south southern | east eastern | west western
north-east | north-west | south-east | south-west
morning | afternoon | evening | night
establish establishment create found founded build built | destroy destruction \
demolish abolish dissolve dismantle ruin
encourage | discourage deter
praise commend | criticise criticize condemn
arrest imprison jail | release free liberate
unite unify | divide split
born birth | died death die
return | depart
recently already just | soon
double doubled twice twofold | triple tripled treble threefold | quadruple fourfold | \
halve halved
today | yesterday | tomorrow
"""
# what a number can be counted in; "/" between names of one unit
_UNITS = """
dollar/dollars/usd/cents euro/euros/eur pound/pounds/gbp/sterling/lb/lbs yen/jpy \
yuan/renminbi/rmb rupee/rupees franc/francs krone/kroner/krona/kronor \
rouble/ruble/roubles/rubles
percent/%/percentage
metre/metres/meter/meters/m kilometre/kilometres/kilometer/kilometers/km \
centimetre/centimetres/centimeter/centimeters/cm \
millimetre/millimetres/millimeter/millimeters/mm mile/miles foot/feet/ft yard/yards \
inch/inches
gram/grams/gramme/grammes/g kilogram/kilograms/kg/kilo/kilos tonne/tonnes/ton/tons \
ounce/ounces
litre/litres/liter/liters gallon/gallons barrel/barrels
hectare/hectares/ha acre/acres
watt/watts/w kilowatt/kilowatts/kw megawatt/megawatts/mw gigawatt/gigawatts/gw
kilowatt-hour/kwh megawatt-hour/mwh gigawatt-hour/gwh
joule/joules volt/volts hertz/hz
celsius fahrenheit kelvin
second/seconds minute/minutes hour/hours/hourly day/days/daily \
week/weeks/weekly month/months/monthly year/years/annual/annually/yearly \
decade/decades century/centuries
rpm/revolutions
byte/bytes kilobyte/kb megabyte/mb gigabyte/gb terabyte/tb
"""


# these exclude one another only where one stands in the place of the other
_IN_PLACE = """
for | against
with | without
from since after | until till before by
over above | under below
inside within | outside beyond
up | down
to | from
"""
LITTLE = wordset(
    """
    upon amid despite unlike including beside besides towards toward along across
    around exactly precisely
    a an the this that these those it its he she him her his hers they them their theirs
    we us our i me my you your who whom whose which what when where why how and or but
    if so as at by for from in into of off on onto out over to up with about than then
    there here is are was were be been being am do does did done doing has have had
    having will would shall should can could may might must not no nor also just too
    very such own same other another more most some any all both each every few many
    much
    said say says told tells tell according while whereas although though because since
    during after before between among within without through under against per via
    however still yet even already once again now s t d ll re ve m d'
    """
)


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """Return the English stem of a word, a little word as it is, in lower case."""
    found = stems(word)
    return found[0] if len(found) == 1 else word.casefold()


# what one side of a sale does the other side does not, yet both tell of the same sale
CONVERSE = frozenset(
    pair
    for sells, buys in (
        ("sell sold sale", "buy bought purchase acquire"),
        ("lend lent loan", "borrow"),
    )
    for one in map(stem, sells.split())
    for other in map(stem, buys.split())
    for pair in ((one, other), (other, one))
)


def unit_of(word: str) -> str:
    """Return the unit that a word names, "" for any other word."""
    return _units().get(word.casefold(), "")


@cache
def _units() -> Mapping[str, str]:
    return {
        name: names.split("/")[0]
        for names in _UNITS.split()
        for name in names.split("/")
    }


@cache
def _poles() -> Mapping[str, tuple[tuple[int, int], ...]]:
    """Return, by stem, where a word stands: (group, side)."""
    found: dict[str, list[tuple[int, int]]] = {}
    for group, line in enumerate(_GROUPS.replace("\\\n", "").strip().splitlines()):
        for side, words in enumerate(line.split("|")):
            for word in words.split():
                places = found.setdefault(stem(word), [])
                if (group, side) not in places:
                    places.append((group, side))
    return {word: tuple(places) for word, places in found.items()}


def opposed(one: str, other: str) -> bool:
    """Whether two words exclude one another where one stands for the other."""
    for line in _IN_PLACE.strip().splitlines():
        sides = [side.split() for side in line.split("|")]
        if (one in sides[0] and other in sides[1]) or (
            one in sides[1] and other in sides[0]
        ):
            return True
    return False


def alike(one: str, other: str) -> bool:
    """Whether two stems are the same or stand on one side of a group."""
    return one == other or not set(_poles().get(one, ())).isdisjoint(
        _poles().get(other, ())
    )


def exclusion(said: Sequence[str], held: Sequence[str]) -> tuple[str, str] | None:
    """Return a word said and one held that exclude it, None where none do.

    Both are stems. A word is said instead of another where the sentence has more of its
    side than the passage, and less of the other side.
    """
    ours, theirs = Counter(said), Counter(held)
    sides, other_sides = _sides(ours), _sides(theirs)
    for word in ours:
        for group, side in _poles().get(word, ()):
            if sides[group, side] <= other_sides[group, side]:
                continue
            for (another, other_side), count in other_sides.items():
                other = another == group and other_side != side
                if other and sides[another, other_side] < count:
                    return word, _word_of(theirs, another, other_side)
        if word not in theirs:
            for opposite in opposites().get(word, ()):
                if theirs[opposite] > ours[opposite]:
                    return word, opposite
    return None


def opposite_in(words: Sequence[str], word: str) -> bool:
    """Whether a word that excludes `word` is among `words`; all are stems."""
    return exclusion([word], words) is not None


def _sides(words: Mapping[str, int]) -> Counter[tuple[int, int]]:
    counts = Counter[tuple[int, int]]()
    for word, count in words.items():
        for place in _poles().get(word, ()):
            counts[place] += count
    return counts


def _word_of(words: Mapping[str, int], group: int, side: int) -> str:
    return next(one for one in words if (group, side) in _poles().get(one, ()))
