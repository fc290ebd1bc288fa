"""Whom a reporting clause names: "Bessent said", "according to the ministry"; pure."""

import re

from rag.schema import Speaker, Voice
from rag.wordlist import wordset

APOSTROPHES = "'\N{RIGHT SINGLE QUOTATION MARK}"
UPPER = "A-ZÀ-ÖØ-Þ"
_DAYS = (
    "January|February|March|April|May|June|July|August|September|October|November"
    "|December|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday"
)
_WORD = rf"(?!(?:{_DAYS})\b)(?:(?:[{UPPER}]\.)+|[{UPPER}][\w{APOSTROPHES}-]*)"
_LAST = r"(?:May|April|June|August)\b(?!\s\d)"  # Theresa May
NAME = (
    rf"(?:(?:Mr|Mrs|Ms|Dr|Prof|Sen|Gov|Gen)\.?\s)?{_WORD}"
    rf"(?:\s(?:(?:&|de|den|van|von|der|del|di|du|la|al|bin)\s)*(?:{_WORD}|{_LAST}))*"
)
_OF = r"(?:\s(?:of|at|for|from|in|with)\s(?:the\s)?[^,;:]{1,60})?"
NOT_NAMES = wordset(
    """
    The A An But And Or So If When While As In On At For From By To Of Since Until
    After Before What Who Which That This These Those There Here It He She They We I
    You His Her Their Its Our My Your One Some Many Few Several Most Both Each Every
    No Not Nobody Everyone Everybody Nothing Then Yet Still Now Today Yesterday Even
    Only Also However Instead Perhaps Personally Why How Where Nor Under Over With
    Without Such Another Other Once Der Die Das Ein Eine Er Sie Es Wir Ich Wer Was
    """
)
_PEOPLE = re.compile(
    r"\b(?:officials?|analysts?|critics?|experts?|economists?|sources?|scientists?"
    r"|researchers?|residents?|witness(?:es)?|lawyers?|engineers?|ministers?"
    r"|councillors?|commissioners?|executives?|investors?|traders?|opponents?"
    r"|supporters?|defenders?|diplomats?|people|observers?|insiders?|historians?"
    r"|doctors?|campaigners?|activists?|sellers?|buyers?|managers?|directors?|others"
    r"|some|many|most|several|few|spokes(?:man|woman|person|people)|aides?|advis[eo]rs?"
    r"|lawmakers?|senators?|teachers?|students?|workers?|employees?|farmers?|neighbours?"
    r"|customers?|voters?|judges?|prosecutors?|detectives?|nurses?|scholars?|studies"
    r"|study|reports?|surveys?|polls?|estimates|figures|rumou?rs?|media|newspapers?|colleagues?|friends?"
    r"|members?|leaders?|veterans?|bankers?|strategists?|chair(?:man|woman)|head)\b",
    re.IGNORECASE,
)
_TITLED = re.compile(  # "Chairman Sir Archy", "Analyst Ann Lee"
    rf"(?:Chair(?:man|woman)|Minister|Analyst|Director|Commissioner|Leader|Judge)\s"
    rf"(?=[{UPPER}])"
)
_SPOKES = re.compile(
    rf"spokes\w+\s(?:for|of)\s(?P<who>(?:the\s)?[\w{APOSTROPHES}& -]+)$|"
    rf"(?P<whose>{NAME})\sspokes\w+$"
)
_BODY = re.compile(
    rf"\b(?:(?:the|The|its|Its|{NAME})\s(?:[\w{APOSTROPHES}-]+\s){{0,3}}?(?:ministry|government"
    r"|council|commission|company|court|bank|office|agency|university|department|police|union"
    r"|party|committee|institute|association|board|firm|utility|parliament|authority"
    r"|regulator|army|treasury|group|administration|federation|charity|watchdog"
    r"|operator|airline|hospital|president|mayor|chancellor|governor)"
    r"(?:\s(?:of|for)\s(?:the\s)?[\w' ]{1,40})?|police)$"
)
# said of nothing else than words and thoughts ...
_SAID = (
    "sa(?:y|ys|id|ying)|argu(?:es?|ed|ing)|warn(?:s|ed)?|insist(?:s|ed)?"
    "|suggest(?:s|ed)?|thinks?|thought|believe(?:s|d)?|expect(?:s|ed)?|estimate(?:s|d)?"
    "|wr(?:ites?|ote)|acknowledge[sd]?|conced(?:es?|ed)|admit(?:s|ted)?|den(?:y|ies|ied)"
    "|repl(?:y|ies|ied)|maintain(?:s|ed)?|contend(?:s|ed)?|allege[sd]?|assert(?:s|ed)?"
    "|conclude[sd]?|predict(?:s|ed)?|testif(?:y|ies|ied)|remark(?:s|ed)?"
    "|doubt(?:s|ed)?|fear(?:s|ed)?|puts? the|claim(?:s|ed)?|urge[sd]?"
    "|shout(?:s|ed)?|rief"
    "|sagt|sagte|sagten|meint|meinte"
)
# ... and these only before "that", a question word or a quotation
_MAY_SAY = (
    "tells?|told|complain(?:s|ed)?|add(?:s|ed)?|explain(?:s|ed)?"
    "|note[sd]?|report(?:s|ed)?|state[sd]?|announce[sd]?|recall(?:s|ed)?|remember(?:s|ed)?|hope[sd]?"
    "|declare[sd]?|asks?|asked|promise[sd]?|point(?:s|ed) out|show(?:s|ed)?"
    "|recommend(?:s|ed)?|propose[sd]?"
    "|mention(?:s|ed)?|observe[sd]?|confirm(?:s|ed)?|reveal(?:s|ed)?|stress(?:es|ed)?"
    "|agree[sd]?|forecasts?|emphasi[sz]e[sd]?|call(?:s|ed)?|describe[sd]?|finds?|found"
    "|decide[sd]?|question(?:s|ed)?|joke[sd]?|rules?|ruled|erklärt|erklärte|räumt"
)
_PLURAL = re.compile(  # "Villagers say", where a name would have "says"
    rf"[{UPPER}][a-z]+s (?:say|tell|argue|warn|think|believe|expect|fear|hope|claim)$"
)
_VERB = re.compile(rf"\b(?:(?P<said>{_SAID})|(?P<may>{_MAY_SAY}))\b")
_TELLS = re.compile(
    r"\s+(?:[\w' ]{1,40}\s)?(?:that|how|why|whether)\b|\s*[:,]?\s*\""
    r"|\s[^.;]{1,60}\""
    # told the BBC News website the party was
    rf"|\s(?:the\s)?{_WORD}(?:\s\w+){{0,3}}?\s(?:he|she|it|they|his|her|its|their|the)\b"
)
# "chairman and chief executive Ann Lee", not "analysts at Rowan Capital"
_OFFICE = re.compile(r"\s(?:(?!of|at|for|from|in|with|by|to)[a-z]+\s){0,4}")
_AGED = re.compile(rf"(?:And\s|But\s)?(?P<name>{NAME}),\s(?:aged?\s)?\d{{1,3}},")
_AUXILIARY = re.compile(
    r"(?:[\s,]+(?:has|have|had|also|then|later|once|since|repeatedly|still|now|often"
    r"|again|would|could|will|might|did|does|do|may|further|\w+ly))+$"
)
_ENDS_CLAUSE = re.compile(
    r"[.,;:\"()\u2013\u2014]|$|\s(?:in|on|at|to|from|during|after|before|last|this|when|as"
    rf"|with|by|of|who|yesterday|today|{_DAYS})\b"
)
_ACCORDING = re.compile(
    r"\b(?:[Aa]ccording to(?!\s(?:their|its|each|how|wh\w+)\b)|[Ll]aut"
    r"|[Ii]n the (?:words|view|opinion|eyes) of)\s+"
)
_VIEW_OF = re.compile(
    rf"({NAME})[{APOSTROPHES}]s?\s(?:\w+\s)?(?:view|opinion|claim|argument"
    r"|suggestion|warning|estimate|assessment|words|account|forecast)\b"
)
_HEARSAY = re.compile(
    r"\b(?:reportedly|allegedly|purportedly|supposedly|rumou?red|angeblich)\b"
    r"|\b(?:is|are|was|were)\s(?:\w+ly\s)?(?:said|believed|thought|reported|alleged"
    r"|understood)\sto\b|\b[Ii]t\s(?:is|was|has been)\s(?:\w+ly\s)?(?:said|reported"
    r"|believed|thought|alleged|claimed|rumou?red)\b",
    re.IGNORECASE,
)
_PRONOUN = re.compile(r"\b(?:[Hh]e|[Ss]he|[Tt]hey|[Ii]t|er|[Ss]ie)$")
_SHE = re.compile(r"\s+(?:he|she|they)\b")
_FIRST_PERSON = re.compile(r"\b(?:I|[Ww]e)$")
_LONGEST = 2_000  # characters of a sentence that are looked at
UNNAMED = Speaker(Voice.UNNAMED)
ANAPHOR = Speaker(Voice.UNNAMED, "?")  # "he said", until it is known who he is


def clause_speaker(sentence: str) -> Speaker | None:
    """Return who a reporting clause of `sentence` says is speaking, None without one.

    Quotations must have been taken out (`without_quotations`).
    """
    sentence = sentence[:_LONGEST]
    according = _ACCORDING.search(sentence)
    if according:
        return _behind(sentence[according.end() :]) or UNNAMED
    for verb in _VERB.finditer(sentence):
        before, after = sentence[: verb.start()], sentence[verb.end() :]
        quoted = before.rstrip(" ,").endswith('"')
        if verb["may"] and not (quoted or _tells(before, after)):
            continue
        if _PLURAL.fullmatch(sentence[: verb.end()]):
            return UNNAMED
        inverted = quoted or before.rstrip().endswith(",")
        # in "Ann, a mother, said she", "she" is nobody else; who is told only listens
        apart = (not quoted and _SHE.match(after)) or verb[0] in ("told", "tells")
        told = _behind(after, inverted=True) if inverted and not apart else None
        told = told or _ahead(before, sentence)
        if told:
            return told
    view = _VIEW_OF.search(sentence)
    if view and bare(view[1]):
        return Speaker(Voice.NAMED, bare(view[1]))
    return UNNAMED if _HEARSAY.search(sentence) else None


def _tells(before: str, after: str) -> bool:
    """Whether a verb such as "explain" or "add" has something said beside it."""
    aside = re.search(r",\s[^,]+$", before)  # ", the office reported on Friday."
    ends = re.match(r"(?:\s(?:on|in)\s\w+)?[,.]", after)
    beside = re.search(r'"\s[^".;]{1,80}$', before)
    return bool((aside and ends) or beside or _TELLS.match(after))


def _ahead(before: str, sentence: str) -> Speaker | None:
    """Return the subject that stands right before a verb of saying."""
    before = _AUXILIARY.sub("", before.rstrip())
    if re.search(r"\b(?:not|never|n[o']t|be|been|being|is|are|was|were)$", before):
        return None
    if re.search(r"\b(?:and|but)$", before):  # "called it cheap and said"
        subject = re.match(rf"(?:[^,;]*?\b(?:{_PEOPLE.pattern})|{NAME})\b", sentence)
        before = subject.group() if subject else ""
    if aged := _AGED.match(before):  # "Ann Lee, 40, from Stell, London, said"
        return _phrase(aged["name"])
    if before.endswith(","):
        head, _, inserted = before[:-1].rpartition(", ")
        if re.fullmatch(NAME, inserted):
            return _phrase(inserted)
        before = re.split(r",\s", head)[-1] if len(inserted) < 150 else ""
        before = before if head else inserted  # '"Yes," Ann Lee of Rowan, told me'
    return _phrase(re.split(r"[,;:\"·]\s*", before)[-1])


def _behind(after: str, *, inverted: bool = False) -> Speaker | None:
    """Return the speaker that follows "said" or "according to"."""
    pronoun = re.match(r"\s*(he|she|they|er|sie|him|her|them|I|me|us|we)\b", after)
    if pronoun:
        own = pronoun[1] in ("I", "me", "us", "we")
        return Speaker() if own else ANAPHOR
    found = re.match(
        rf"\s*(?P<what>(?:the\s)?(?:[a-z{APOSTROPHES}-]+,?\s)*?)(?P<name>{NAME})",
        after,
    )
    phrase = re.split(r"[.;:\"()·]\s*|,", after)[0].strip()
    if found and bare(found["name"]):
        ends = _ENDS_CLAUSE.match(after, found.end())
        plain = not re.search(r"\b(?:in|at|from|for|of|with|that|who)\s", found["what"])
        possessive = re.search(rf"[{APOSTROPHES}]s?$", found["name"])
        if plain and not possessive and (ends or not inverted):
            return _named(found["what"], found["name"])
    people = rf"(?!that\b)(?:[\w{APOSTROPHES}-]+\s){{0,3}}?{_PEOPLE.pattern}"
    if inverted and not re.match(people, phrase):
        return None
    return _phrase(phrase)


def _phrase(phrase: str) -> Speaker | None:  # one return a rule
    """Return the speaker that a noun phrase means, None if it cannot speak."""
    phrase = phrase.strip()
    if titled := _TITLED.match(phrase):
        phrase = phrase[titled.end() :]
    if _FIRST_PERSON.search(phrase):
        return Speaker()
    if _PRONOUN.search(phrase):
        return ANAPHOR
    spokes = _SPOKES.search(phrase)
    if spokes:
        named = bare(spokes["who"] or spokes["whose"])
        return Speaker(Voice.NAMED, named) if named else UNNAMED
    name = re.search(rf"(?P<name>{NAME}){_OF}$", phrase)
    if name and not bare(name["name"]):
        name = re.search(rf"\b[Tt]he\s(?P<name>{NAME})$", phrase)
    people = _PEOPLE.search(phrase)
    if people and not (name and _OFFICE.fullmatch(phrase, people.end(), name.start())):
        return UNNAMED  # and not "analyst Jane Roe"
    if name:
        return _named(phrase[: name.start("name")], name["name"])
    body = _BODY.search(phrase)
    return Speaker(Voice.NAMED, body.group()) if body else None


def _named(before: str, name: str) -> Speaker:
    """Return the speaker of this name, with the "the" that stands before it."""
    first = name.split(maxsplit=1)[0]
    article = re.search(r"\b[Tt]he\s$", before)
    if first in ("The", "the"):
        return Speaker(Voice.NAMED, f"{first} {bare(name)}")
    return Speaker(Voice.NAMED, (article.group() if article else "") + bare(name))


def bare(name: str) -> str:
    """Return a name without the ending of a possessive or what begins a sentence.

    "But Bessent's" is Bessent; what is no name at all, as "However", is "".
    """
    words = re.sub(rf"[{APOSTROPHES}]s?$", "", name.strip()).split()
    while words and words[0] in NOT_NAMES:
        words.pop(0)
    return " ".join(words)
