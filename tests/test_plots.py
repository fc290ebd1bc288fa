"""The timeline and the map: what is drawn, and that a title is only text."""

import re

import pytest

from rag.questions.scope import EVERYTHING, Scope
from rag.schema import ArticleSummary
from tests.answered import Tags
from ui.render.map import map_html
from ui.render.timeline import timeline_html

EVIL = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>&lt;"


def article(number: int, published: str = "", publisher: str = "") -> ArticleSummary:
    """Return a line of the list."""
    name = f"Title {number}"
    return ArticleSummary(
        f"a{number}", name, "Ann", publisher, published, "x.md", "en", 1, 1, "live"
    )


def bars(html: str) -> list[tuple[str, str]]:
    return re.findall(r'data-title="([^"]*)" data-byline="([^"]*)"', html)


def test_articles_are_stacked_by_month_and_publisher():
    articles = [
        article(1, "2026-01-05", "Coast"),
        article(2, "2026-01-31", "Tide"),
        article(3, "2026-01-02", "Coast"),
        article(4, "2026-03-01"),
        article(5),
        article(6, "some day in May"),
    ]
    html = timeline_html(articles, EVERYTHING)
    assert bars(html) == [
        ("January 2026", "3 articles: Coast 2, Tide 1"),
        ("March 2026", "1 article: Ann 1"),
    ]
    assert "2 articles have no date" in html
    assert html.count('tabindex="0"') == 1


@pytest.mark.parametrize(
    ("first", "last", "name"),
    [
        ("2020-02-01", "2026-02-01", "February 2020"),
        ("2000-02-01", "2026-02-01", "January 2000 to March 2000"),
        ("1950-02-01", "2026-02-01", "1950"),
        ("0001-01-01", "9999-12-31", "January 1 to December 99"),
    ],
)
def test_a_longer_time_has_longer_bars(first, last, name):
    html = timeline_html([article(1, first), article(2, last)], EVERYTHING)
    assert bars(html)[0][0] == name
    width = re.search(r'viewBox="0 0 (\d+) ', html)
    assert width
    assert int(width[1]) <= 150


def test_the_chosen_dates_are_marked():
    articles = [article(n, f"2026-0{n}-01") for n in (1, 2, 3)]
    html = timeline_html(
        articles, Scope(published_from="2026-02", published_to="2026-02")
    )
    assert re.findall(r'class="bar([^"]*)" aria-pressed="(\w+)"', html) == [
        (" dimmed", "false"),
        ("", "true"),
        (" dimmed", "false"),
    ]
    html = timeline_html(articles, Scope(published_from="2026-02-15"))
    assert html.count("dimmed") == 1


def test_the_less_frequent_publishers_share_a_colour():
    articles = [article(n, "2026-01-01", f"P{min(n, 8)}") for n in range(12)]
    html = timeline_html(articles, EVERYTHING)
    assert "P8 4" in html
    assert "all others 4" in html


def test_what_has_no_date_or_place_is_told_in_words():
    assert "None of these" in timeline_html([article(1)], EVERYTHING)
    assert "None of these" in map_html([article(1)], {})
    assert "None of these" in map_html([], {"a1": (0.0, 0.0)})


def test_the_map_has_a_point_for_each_article_from_left_to_right():
    articles = [article(n) for n in range(3)]
    html = map_html(
        articles, {"a0": (1, 0), "a1": (-1, 1), "a2": (0, -1), "a9": (0, 0)}
    )
    assert re.findall(r'data-article="(a\d)"', html) == ["a1", "a2", "a0"]
    assert re.findall(r'cx="([\d.]+)" cy="([\d.]+)"', html) == [
        ("24.0", "396.0"),
        ("320.0", "24.0"),
        ("616.0", "210.0"),
    ]
    assert html.count('tabindex="0"') == 1


def test_articles_in_one_place_are_drawn_in_the_middle():
    html = map_html([article(1)], {"a1": (0.0, 0.0)})
    assert 'cx="320.0" cy="210.0"' in html


def test_of_many_articles_some_are_drawn_and_that_is_said():
    articles = [article(n) for n in range(2000)]
    html = map_html(articles, {f"a{n}": (n / 2000, 0.0) for n in range(2000)})
    drawn = re.findall(r'data-article="a(\d+)"', html)
    assert len(set(drawn)) == 600
    assert {"0", "1999"} <= set(drawn)
    assert "600 of 2,000 are drawn" in html


@pytest.mark.parametrize("draw", ["timeline", "map"])
def test_nothing_a_stranger_wrote_becomes_markup(draw):
    one = ArticleSummary(EVIL, EVIL, EVIL, EVIL, "2026-01-01", EVIL, EVIL, 1, 1, "live")
    if draw == "timeline":
        html = timeline_html([one], EVERYTHING)
    else:
        html = map_html([one], {EVIL: (0.0, 0.0)})
    seen = Tags(html)
    assert not {"script", "img", "style"} & set(seen.tags)
    assert not [name for name, _ in seen.attributes if name.startswith(("on", "src"))]
    assert any(EVIL in (value or "") for _, value in seen.attributes)
