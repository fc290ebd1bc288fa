"""Web pages as articles: fetched from a real server, read, versioned, remembered."""

from pathlib import Path

import pytest

from ingest import Outcome, Report, Status, ingest, purge, remove, retry
from ingest.fetch import Fetcher
from rag.index.index import Index
from rag.schema import Article
from tests.coast import TEXT, page
from tests.hashing import HashingEmbedder
from tests.web import Reply, Web


class Desk:
    """An index of its own, and a server that it may fetch from."""

    def __init__(self, folder: Path, web: Web) -> None:
        self.index = folder / "index"
        self.web = web
        self.embedder = HashingEmbedder()

    def fetcher(self) -> Fetcher:
        return Fetcher(pause=0, allowed=[self.web.host])

    def ingest(self, *names: str) -> Report:
        return ingest(names, self.index, embedder=self.embedder, fetcher=self.fetcher())

    def page(self, path: str) -> Outcome:
        (outcome,) = self.ingest(self.web.url(path)).outcomes
        return outcome

    def article(self, article_id: str) -> Article:
        index = Index(self.index)
        try:
            return index.ledger.articles.article(article_id)
        finally:
            index.close()

    def failures(self) -> dict[str, str]:
        index = Index(self.index)
        try:
            return {one.name: one.reason for one in index.ledger.arrivals.failures()}
        finally:
            index.close()


@pytest.fixture
def desk(tmp_path: Path, web: Web) -> Desk:
    return Desk(tmp_path, web)


def test_a_page_becomes_an_article_without_its_furniture(desk: Desk) -> None:
    desk.web.pages["/ferry"] = Reply(page())
    outcome = desk.page("/ferry")
    article = desk.article(outcome.article_id)
    assert outcome.status is Status.ADDED
    assert all(part in article.text for part in TEXT)
    for furniture in ("cookies", "Sport", "says somebody", "Copyright"):
        assert furniture not in article.text
    assert article.text.startswith("# Ferry sinks off Haugen\n\n")  # and no metadata
    assert article.title == "Ferry sinks off Haugen"
    assert article.author == "Anna Berg"
    assert article.publisher == "The Coast"
    assert article.published == "2026-03-04"
    assert article.language == "en"
    assert article.source == article.url == desk.web.url("/ferry")


def test_an_item_of_two_sentences_comes_without_the_menu(desk: Desk) -> None:
    desk.web.pages["/brief"] = Reply(page("The ferry is late.", "It sails at nine."))
    article = desk.article(desk.page("/brief").article_id)
    assert article.text == (
        "# Ferry sinks off Haugen\n\nThe ferry is late.\n\nIt sails at nine.\n"
    )


def test_lists_tables_quotations_and_code_of_a_page_are_kept(desk: Desk) -> None:
    inside = (
        "</p><h2>What changes</h2><ul><li>Hourly</li><li>Bicycles go free</li></ul>"
        "<blockquote>We got it in one meeting.</blockquote><table><tr><th>Year</th>"
        "<th>Cars</th></tr><tr><td>2025</td><td>410</td></tr></table>"
        "<pre><code>ferry --line 7\nferry status</code></pre><ol><li>Board</li></ol>"
        "<details><summary>Who paid?</summary><p>The county.</p></details><p>"
    )
    desk.web.pages["/ferry"] = Reply(page(*TEXT, inside))
    article = desk.article(desk.page("/ferry").article_id)
    for kept in (
        "\n\n## What changes\n\n- Hourly\n- Bicycles go free\n\n",
        "\n\nWe got it in one meeting.\n",
        "\n| Year | Cars | \n|---|---|\n| 2025 | 410 | \n",
        "\n```\nferry --line 7\nferry status\n```\n",
        "\n1. Board\n",
        "Who paid?\n\nThe county.\n",
    ):
        assert kept in article.text


def test_what_is_raised_or_lowered_is_written_in_a_line(desk: Desk) -> None:
    said = (
        "10<sup>6</sup> t of CO<sub>2</sub> on 4 m<sup>2</sup> since 2024<sup>1</sup>."
    )
    desk.web.pages["/ferry"] = Reply(page(said, *TEXT))
    text = desk.article(desk.page("/ferry").article_id).text
    assert "\n\n10^6 t of CO2 on 4 m2 since 2024^1.\n\n" in text


def test_a_page_without_a_date_has_none(desk: Desk) -> None:
    """Neither the time of fetching nor the year in its footer."""
    desk.web.pages["/ferry"] = Reply(page(published=""))
    assert desk.article(desk.page("/ferry").article_id).published == ""


def test_a_page_of_an_old_paper_keeps_its_date(desk: Desk) -> None:
    desk.web.pages["/ferry"] = Reply(page(published="1887-03-04"))
    assert desk.article(desk.page("/ferry").article_id).published == "1887-03-04"


@pytest.mark.parametrize(
    ("said", "author"),
    [("Reuters", "Reuters"), ("https://coast.example/anna", ""), ("", "")],
)
def test_an_agency_is_an_author_and_an_address_is_none(
    desk: Desk, said: str, author: str
) -> None:
    desk.web.pages["/ferry"] = Reply(page().replace("Anna Berg", said))
    assert desk.article(desk.page("/ferry").article_id).author == author


def test_a_page_that_is_not_free_says_so(desk: Desk) -> None:
    about = '{"@type": "NewsArticle", "isAccessibleForFree": "False"}'
    head = f'<script type="application/ld+json">{about}</script>'
    desk.web.pages["/ferry"] = Reply(page(head=head))
    assert desk.page("/ferry").reason.startswith("its page is not free")
    desk.web.pages["/quay"] = Reply(page(head=head.replace("False", "True")))
    assert desk.page("/quay").reason == ""


def test_pages_that_call_the_front_page_canonical_are_articles_of_their_own(
    desk: Desk,
) -> None:
    head = f'<link rel="canonical" href="{desk.web.url("/")}">'
    for path in ("/ferry", "/quay"):
        desk.web.pages[path] = Reply(page(f"What {path} says.", *TEXT, head=head))
        outcome = desk.page(path)
        assert (outcome.status, outcome.source) == (Status.ADDED, desk.web.url(path))


def test_a_page_is_read_in_the_encoding_that_its_server_tells(desk: Desk) -> None:
    said = "Rada portu zagłosowała we wtorek za zastąpieniem starego promu większym."
    for kind, encoding in (
        ("text/html; charset=ISO-8859-2", "iso-8859-2"),
        ("text/html; charset=ISO-8859-2", "utf-8"),  # a server that does not know
        ("text/html; charset=nonsense", "utf-8"),
    ):
        body = page(said, said).encode(encoding)
        desk.web.pages["/prom"] = Reply(body, kind)
        outcome = desk.page("/prom")
        assert said in desk.article(outcome.article_id).text


def test_an_unchanged_page_costs_one_small_request(desk: Desk) -> None:
    desk.web.pages["/ferry"] = Reply(page(), headers={"ETag": '"a"'})
    first = desk.page("/ferry")
    desk.web.asked.clear()
    again = desk.page("/ferry")
    assert (again.status, again.article_id) == (Status.UNCHANGED, first.article_id)
    (asked,) = desk.web.asked
    assert asked.headers["If-None-Match"] == '"a"'


def test_a_page_whose_article_did_not_change_is_unchanged(desk: Desk) -> None:
    desk.web.pages["/ferry"] = Reply(page(head="<!-- visit 1 -->"))
    desk.page("/ferry")
    desk.web.pages["/ferry"] = Reply(page(head="<!-- visit 2 -->"))
    assert desk.page("/ferry").status is Status.UNCHANGED


def test_a_changed_page_becomes_a_new_version(desk: Desk) -> None:
    desk.web.pages["/ferry"] = Reply(page(), headers={"ETag": '"a"'})
    first = desk.page("/ferry")
    changed = (*TEXT[:2], "The inquiry has been put off until May, it was said later.")
    desk.web.pages["/ferry"] = Reply(page(*changed), headers={"ETag": '"b"'})
    second = desk.page("/ferry")
    assert (second.status, second.article_id) == (Status.CHANGED, first.article_id)
    article = desk.article(first.article_id)
    assert article.version == 2
    assert "until May" in article.text


def test_the_canonical_address_is_who_an_article_is(desk: Desk) -> None:
    link = f'<link rel="canonical" href="{desk.web.url("/ferry")}">'
    for path in ("/ferry?from=home", "/amp/ferry"):
        desk.web.pages[path] = Reply(page(head=link))
    first, second = desk.page("/ferry?from=home"), desk.page("/amp/ferry")
    assert first.source == desk.web.url("/ferry")
    assert (second.status, second.article_id) == (Status.UNCHANGED, first.article_id)


def test_a_page_does_not_speak_for_another_host(desk: Desk) -> None:
    link = '<link rel="canonical" href="https://serious.example/ferry">'
    desk.web.pages["/ferry"] = Reply(
        page("It never sank, we say here. " * 5, head=link)
    )
    assert desk.page("/ferry").source == desk.web.url("/ferry")


def test_a_redirected_page_is_known_by_its_last_address(desk: Desk) -> None:
    desk.web.pages["/short"] = Reply(status=301, headers={"Location": "/ferry"})
    desk.web.pages["/ferry"] = Reply(page())
    assert desk.page("/short").source == desk.web.url("/ferry")


def test_a_failure_is_kept_with_its_reason_and_retried(
    desk: Desk, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.txt"
    broken.write_bytes(b"\xff\xfe\x00")
    url = desk.web.url("/ferry")
    report = desk.ingest(str(broken), url, str(tmp_path / "slip-of-the-pen.txt"))
    assert len(report.failed) == 3
    assert set(desk.failures()) == {str(broken), url}
    assert "status 404" in desk.failures()[url]

    desk.web.pages["/ferry"] = Reply(page())
    broken.write_text("The bridge was closed on Monday.")
    again = retry(desk.index, embedder=desk.embedder, fetcher=desk.fetcher())
    assert [one.status for one in again.outcomes] == [Status.ADDED, Status.ADDED]
    assert not desk.failures()


def test_what_failed_and_is_gone_is_not_retried(desk: Desk, tmp_path: Path) -> None:
    broken = tmp_path / "broken.txt"
    broken.write_bytes(b"\xff\xfe\x00")
    desk.ingest(str(broken))
    broken.unlink()
    again = retry(desk.index, embedder=desk.embedder, fetcher=desk.fetcher())
    assert not again.outcomes
    assert not desk.failures()


def test_a_page_that_fails_costs_nothing_that_was_stored(desk: Desk) -> None:
    desk.web.pages["/ferry"] = Reply(page())
    kept = desk.page("/ferry")
    desk.web.pages["/ferry"] = Reply(status=500)
    assert desk.page("/ferry").status is Status.FAILED
    assert TEXT[0] in desk.article(kept.article_id).text


def test_a_removed_page_comes_back_when_it_is_named_again(desk: Desk) -> None:
    desk.web.pages["/ferry"] = Reply(page(), headers={"ETag": '"a"'})
    first = desk.page("/ferry")
    remove(first.article_id, desk.index)
    assert desk.page("/ferry").status is Status.ADDED


def test_a_purge_leaves_no_byte_of_an_address(desk: Desk) -> None:
    headers = {"ETag": '"telling-etag"'}
    desk.web.pages["/very-private-ferry"] = Reply(page(), headers=headers)
    purge(desk.page("/very-private-ferry").article_id, desk.index)
    files = [one for one in desk.index.rglob("*") if one.is_file()]
    assert files
    for word in (b"very-private-ferry", b"telling-etag"):
        assert not [one for one in files if word in one.read_bytes()]


def test_a_script_in_a_page_is_not_in_its_article(desk: Desk) -> None:
    bad = page(*TEXT, "<script>alert(1)</script><img src='https://spy.example/x.png'>")
    desk.web.pages["/ferry"] = Reply(bad)
    text = desk.article(desk.page("/ferry").article_id).text
    assert "alert" not in text
    assert "spy.example" not in text
