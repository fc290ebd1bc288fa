"""The page for everybody: accessible, at every width, whatever an article holds."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ingest import ingest
from tests.browsing import ROOT, ask, served, visitors

pytestmark = pytest.mark.browser

QUESTION = "what does the author say about chip restrictions?"
SIZES = [(390, 844), (1280, 800), (2560, 1300)]
# what each would do if it were not only text: run, load, style, close what is open
PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<iframe src=javascript:alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<object data=javascript:alert(1)>",
    "<embed src=//evil.example/x>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<style>*{display:none!important}</style>",
    "<style>@import '//evil.example/x.css';</style>",
    "<base href=//evil.example/>",
    "<meta http-equiv=refresh content='0;url=//evil.example/'>",
    "<form action=//evil.example/><button>Send</button></form>",
    "<a href=javascript:alert(1)>click</a>",
    "<video src=//evil.example/x onerror=alert(1)>",
    "<audio src=x onerror=alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<input autofocus onfocus=alert(1)>",
    "<body onload=alert(1)>",
    "<marquee onstart=alert(1)>",
    "<math><mtext></p><script>alert(1)</script>",
    "</article></div></main><script>alert(1)</script>",
    "</textarea><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "<!--><script>alert(1)</script>-->",
    "]]><script>alert(1)</script>",
    "<template><script>alert(1)</script></template>",
    '" onmouseover="alert(1)',
    "' onmouseover='alert(1)",
    '"><script>alert(1)</script>',
    "'><img src=x onerror=alert(1)>",
    '" style="position:fixed;inset:0;background:red',
    '" data-act="remove" data-article="',
    "`-alert(1)-`",
    "${alert(1)}",
    "{{constructor.constructor('alert(1)')()}}",
    "{% raw %}{{ 7*7 }}{% endraw %}",
    "<%= 7*7 %>",
    "#{7*7}",
    "![x](//evil.example/x.png)",
    "[x](javascript:alert(1))",
    "[x]: //evil.example/x.png",
    "<http://evil.example/>",
    "$$\\href{javascript:alert(1)}{x}$$",
    "\\(\\unicode{x41}\\)",
    "```html\n<script>alert(1)</script>\n```",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "%3Cscript%3Ealert(1)%3C/script%3E",
    "\\u003cscript\\u003ealert(1)\\u003c/script\\u003e",
    "＜script＞alert(1)＜/script＞",  # noqa: RUF001
    "<scr\u200bipt>alert(1)</scr\u200bipt>",
    "\u202e<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<x onclick=alert(1) style=display:block;position:fixed;inset:0>",
    "<div data-act=purge>Purge</div>",
    "<button type=button data-act=remove>Remove</button>",
]

# elements and attributes that newsdesk itself puts nowhere
ALIEN = (
    "script, style, img, svg, iframe, object, embed, link, form, video, audio, base, "
    "meta, marquee, [onclick], [onmouseover], [style]:not([data-testid=status-tracker])"
)


@pytest.fixture(scope="module")
def url(tmp_path_factory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("manners")
    for number, payload in enumerate(PAYLOADS):
        _hostile(folder, number, payload)
    ingest([ROOT / "seeds", folder / "articles"], index=folder / "index")
    with served(folder / "index", 7980) as address:
        yield address


def _hostile(folder: Path, number: int, payload: str) -> None:
    """Write an article that holds a payload wherever an article can."""
    quoted = "'" + " ".join(payload.split()).replace("'", "''") + "'"
    (folder / "articles").mkdir(exist_ok=True)
    (folder / "articles" / f"{number:02}.md").write_text(
        f"---\ntitle: {quoted}\nauthor: {quoted}\npublisher: {quoted}\n"
        f"url: {quoted}\nlanguage: {quoted}\n---\n\n"
        f"Kiosk zq{number}zq sells papers. {payload}\n",
        encoding="utf-8",
    )


@pytest.fixture
def visit(browser, url) -> Iterator[Callable]:
    with visitors(browser, url) as opened:
        yield opened


def test_there_are_sixty_payloads():
    assert len(set(PAYLOADS)) == 60


def test_whatever_an_article_or_a_question_holds_is_only_text(visit):
    """No dialog and no other host (`visitors` looks), no element, no style."""
    page = visit()
    before = page.evaluate("document.querySelectorAll('style, script, link').length")
    for number, payload in enumerate(PAYLOADS):
        question = f"What does kiosk zq{number}zq sell? {payload}"
        ask(page, " ".join(question.split()))
        turn = page.locator("#settled .turn").last
        assert " ".join(payload.split())[:20] in turn.locator(".question").inner_text()
        turn.locator(".cite, .open").first.hover()
        turn.locator(".cite, .open").first.click()
        page.locator("#reader mark.active").first.wait_for()
    page.get_by_role("button", name="Save question").last.click()
    page.locator("#saved li").wait_for(state="attached")
    page.get_by_role("button", name="Ask about this article").click()
    page.locator("#scope .chips li").wait_for()
    page.get_by_role("button", name="Edit", exact=True).last.click()
    shown = (
        "#settled, #pending, #article, #shelf, #scope, #past, #saved, #again, #news, "
        "#told, #report, #followed, .side-head, .sheet"
    )
    assert (
        page.evaluate(
            """([shown, alien]) => [...document.querySelectorAll(shown)]
            .flatMap((part) => [...part.querySelectorAll(alien)])
            .map((element) => element.outerHTML)""",
            [shown, ALIEN],
        )
        == []
    )
    after = page.evaluate("document.querySelectorAll('style, script, link').length")
    assert after == before


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_there_is_no_obstacle_for_anybody(visit, size, scheme):
    """WCAG 2.2 AA as far as a machine can tell, in the main states of the page."""
    from axe_playwright_python.sync_playwright import Axe

    page = visit(*size, color_scheme=scheme)
    found = []

    def look(state: str) -> None:
        page.wait_for_timeout(300)  # until colours have faded in
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
        rules = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
        violations = Axe().run(page, options=rules).response["violations"]
        found.extend(
            (state, one["id"], one["nodes"][0]["html"][:200]) for one in violations
        )

    look("welcome")
    page.get_by_role("button", name="Choose").click()
    look("scope")
    page.get_by_role("button", name="Choose").click()
    ask(page, "zzyzx qwfp gluon vortices?")
    look("refusal")
    ask(page, QUESTION)
    page.locator("#settled .said .cite").first.click()
    page.locator("#reader mark.active").first.wait_for()
    look("reading")
    page.get_by_role("button", name="All articles").click()
    page.locator(".side-head").get_by_role("button", name="Settings").click()
    page.locator("#told p").first.wait_for()
    look("settings")
    page.get_by_role("button", name="All articles").click()
    page.get_by_role("button", name="Add by link or feed").click()
    page.locator("#followed h3").first.wait_for()
    look("pages and feeds")
    if size[0] < 900:
        page.get_by_role("button", name="Close").click()
    page.get_by_role("button", name="Save question").last.click()
    page.get_by_role("button", name="Conversations").click()
    page.locator("#saved li").wait_for()
    look("conversations")
    if size[0] < 900:
        page.get_by_role("button", name="Close").click()
    page.get_by_role("button", name="Bad answer").last.click()
    look("rating")
    assert found == []
