"""Feeds of every kind: what is read of them, and what a hostile one achieves."""

import gzip
import json
from pathlib import Path

import pytest

from ingest.feeds import Entry, named_feed, read_feed
from ingest.fetch import Fetched
from ingest.opml import read_opml, write_opml
from rag.errors import SourceError
from rag.index.ledger import Followed

URL = "https://coast.example/feed"
LONG = "<p>" + "The ferry sank off Haugen and was raised again. " * 40 + "</p>"

RSS = f"""<?xml version="1.0"?><rss version="2.0"
 xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>The Coast</title>
<item><title>Ferry sinks</title><link>/ferry</link><dc:creator>Anna Berg</dc:creator>
<pubDate>Tue, 03 Mar 2026 23:30:00 -0500</pubDate>
<description>A ferry sank.</description>
</item>
<item><title>Bridge</title><link>https://coast.example/bridge</link>
<dc:date>2026-03-01T10:00:00Z</dc:date><content:encoded><![CDATA[{LONG}]]></content:encoded>
</item></channel></rss>"""

ATOM = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom">
<title>The Coast</title><entry><title>Ferry sinks</title><author><name>Anna Berg</name>
</author><link href="https://coast.example/ferry"/><id>tag:coast.example,2026:1</id>
<published>2026-03-04T01:30:00+01:00</published><updated>2026-03-09T01:30:00Z</updated>
<summary>A ferry sank.</summary></entry></feed>"""

JSON_FEED = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "The Coast",
    "items": [
        {
            "id": "1",
            "url": "/ferry",
            "title": "Ferry sinks",
            "authors": [{"name": "Anna Berg"}, {"name": "Carl Dahl"}],
            "date_published": "2026-03-04T01:30:00+01:00",
            "content_html": LONG,
        },
        "nonsense",
        {"id": "2"},
    ],
}

SITEMAP = """<?xml version="1.0"?><urlset
 xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
 xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc>https://coast.example/ferry</loc><lastmod>2026-03-09</lastmod><news:news>
<news:publication_date>2026-03-04</news:publication_date>
<news:title>Ferry sinks</news:title>
</news:news></url>
<url><loc>https://coast.example/old</loc><lastmod>2020-01-01</lastmod></url>
<url><loc>https://other.example/not-ours</loc></url></urlset>"""


def fetched(body: str | bytes, kind: str = "application/xml") -> Fetched:
    return Fetched(URL, kind, body.encode() if isinstance(body, str) else body)


def entries(body: str | bytes) -> tuple[Entry, ...]:
    return read_feed(fetched(body), 1_000_000).entries


def test_rss_gives_title_author_day_and_full_text() -> None:
    ferry, bridge = entries(RSS)
    assert (ferry.url, ferry.title) == ("https://coast.example/ferry", "Ferry sinks")
    assert (ferry.author, ferry.published) == ("Anna Berg", "2026-03-03")
    assert ferry.html == ""
    assert bridge.published == "2026-03-01"
    assert "raised again" in bridge.html


def test_atom_gives_the_day_of_publication_not_of_the_update() -> None:
    (ferry,) = entries(ATOM)
    assert (ferry.author, ferry.published) == ("Anna Berg", "2026-03-04")


def test_an_atom_entry_that_was_only_updated_has_no_date() -> None:
    (ferry,) = entries(ATOM.replace("published>", "rights>"))
    assert ferry.published == ""


def test_an_author_of_a_feed_is_a_name_and_all_are_kept() -> None:
    creator = "<dc:creator>Anna Berg</dc:creator>"
    mail = "<author>anna@coast.example (Anna Berg)</author>"
    two = creator + "<dc:creator>Carl Dahl</dc:creator>"
    for said, author in ((mail, "Anna Berg"), (two, "Anna Berg, Carl Dahl")):
        assert entries(RSS.replace(creator, said))[0].author == author
    name = "<name>Anna Berg</name>"
    both = f"{name}</author><author><name>Carl Dahl</name>"
    assert entries(ATOM.replace(name, both))[0].author == "Anna Berg, Carl Dahl"


def test_signs_in_titles_of_feeds_are_read() -> None:
    html = '<title type="html">Bait &amp;amp; &amp;lt;hook&amp;gt;</title>'
    found = entries(ATOM.replace("<title>Ferry sinks</title>", html))
    assert found[0].title == "Bait & <hook>"
    (ferry, _) = entries(RSS.replace("The Coast", "Coast &amp;amp; Sea"))
    assert ferry.publisher == "Coast & Sea"


def test_an_entry_may_be_known_by_its_address_alone() -> None:
    items = [{"id": "https://coast.example/quay"}, {"id": "7"}]
    (quay,) = entries(json.dumps(JSON_FEED | {"items": items}))
    assert quay.url == "https://coast.example/quay"


def test_pictures_of_a_sitemap_are_no_pages() -> None:
    picture = (
        '<i:image xmlns:i="http://www.google.com/schemas/sitemap-image/1.1"><i:loc>'
        "https://cdn.example/boat.jpg</i:loc><i:title>A boat</i:title></i:image>"
    )
    ferry, old = entries(SITEMAP.replace("</url>", f"{picture}</url>"))
    assert (ferry.url, ferry.title) == ("https://coast.example/ferry", "Ferry sinks")
    assert (old.url, old.title) == ("https://coast.example/old", "")


def test_json_feed_is_read_and_what_is_no_entry_left_out() -> None:
    (ferry,) = entries(json.dumps(JSON_FEED))
    assert ferry.url == "https://coast.example/ferry"
    assert ferry.author == "Anna Berg, Carl Dahl"
    assert ferry.published == "2026-03-04"
    assert ferry.html == LONG


def test_a_sitemap_gives_its_own_pages_and_no_date_but_of_publication() -> None:
    ferry, old = entries(SITEMAP)
    assert (ferry.title, ferry.published) == ("Ferry sinks", "2026-03-04")
    assert (old.url, old.published) == ("https://coast.example/old", "")


def test_a_sitemap_may_be_packed_but_not_a_bomb() -> None:
    assert len(entries(gzip.compress(SITEMAP.encode()))) == 2
    with pytest.raises(SourceError, match="larger than 1 MB when unpacked"):
        entries(gzip.compress(b"<urlset>" + b" " * 5_000_000))
    with pytest.raises(SourceError, match="gzip"):
        entries(b"\x1f\x8bnonsense")


def test_an_index_names_its_sitemaps_the_latest_first() -> None:
    parts = "".join(
        f"<sitemap><loc>https://coast.example/{year}.xml</loc>"
        f"<lastmod>{year}-01-01</lastmod></sitemap>"
        for year in (2024, 2026, 2025)
    )
    found = read_feed(fetched(f"<sitemapindex>{parts}</sitemapindex>"), 1000)
    assert [part[-8:-4] for part in found.parts] == ["2026", "2025", "2024"]


def test_an_entry_that_changes_has_another_mark() -> None:
    for body, old, new in (
        (RSS, "A ferry sank.", "Two ferries sank."),
        (ATOM, "2026-03-09", "2026-03-10"),
        (json.dumps(JSON_FEED), "Ferry sinks", "Ferry sank"),
        (SITEMAP, "2026-03-09", "2026-03-10"),
    ):
        before, after = entries(body)[0], entries(body.replace(old, new))[0]
        assert entries(body)[0].mark == before.mark
        assert before.mark != after.mark


@pytest.mark.parametrize("end", ["…", "... ", "[...]", "<a>Read more</a>"])
def test_a_long_text_that_goes_on_elsewhere_is_not_the_whole(end: str) -> None:
    body = RSS.replace(LONG, LONG + end)
    assert entries(body)[1].html == ""


@pytest.mark.parametrize(
    "body",
    [
        "<html><body>Hello</body></html>",
        "just words",
        "",
        "{}",
        '{"version": 5, "items": []}',
        '{"version": "https://jsonfeed.org/version/1", "items": 3}',
        "{" * 100_000,
        "<urlset><url>",
        "\x00\x01\x02",
    ],
)
def test_what_is_no_feed_is_told(body: str) -> None:
    with pytest.raises(SourceError, match="is not a feed"):
        entries(body)


def _bomb(root: str) -> str:
    lol = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "lol">{lol}]>{root}'


@pytest.mark.parametrize(
    "entity", ["&l9;", "&file;"], ids=["expansion", "external file"]
)
def test_entities_are_neither_expanded_nor_fetched(
    entity: str, tmp_path: object
) -> None:
    secret = f"{tmp_path}/secret.txt"
    with open(secret, "w") as file:  # noqa: PTH123
        file.write("the-secret")
    external = f'<!DOCTYPE x [<!ENTITY file SYSTEM "file://{secret}">]>'
    for body in (RSS, ATOM):
        head, _, rest = body.partition("?>")
        dirty = rest.replace("Ferry sinks", entity)
        for bad in (_bomb(dirty), head + "?>" + external + dirty):
            found = entries(bad)
            said = "".join(one.title for one in found)
            assert "the-secret" not in said
            assert len(said) < 10_000
    for bad in (_bomb("<urlset>&l9;</urlset>"), external + "<urlset>&file;</urlset>"):
        with pytest.raises(SourceError):
            entries(bad)
        with pytest.raises(SourceError, match="not an OPML file"):
            read_opml(bad.replace("urlset", "opml").encode(), "feeds.opml")


def test_a_list_or_sitemap_with_a_document_type_is_refused_however_small() -> None:
    small = f'<!DOCTYPE x [<!ENTITY e "{URL}">]>'
    with pytest.raises(SourceError, match="is not a feed"):
        entries(f"{small}<urlset><url><loc>&e;</loc></url></urlset>")
    with pytest.raises(SourceError, match="is not an OPML file"):
        read_opml(f'{small}<opml><outline xmlUrl="&e;"/></opml>'.encode(), "x")


def test_a_feed_that_names_a_file_opens_none(tmp_path: Path) -> None:
    feed = tmp_path / "feed.xml"
    feed.write_text(RSS)
    with pytest.raises(SourceError, match="is not a feed"):
        entries(str(feed))


def test_an_entry_leads_to_the_web_only() -> None:
    assert not entries(
        ATOM.replace("https://coast.example/ferry", "file:///etc/passwd")
    )
    assert not entries(
        ATOM.replace("https://coast.example/ferry", "javascript:alert(1)")
    )


def test_a_page_names_its_feed() -> None:
    link = '<link rel="alternate" type="application/rss+xml" href="/rss">'
    page = Fetched("https://coast.example/", "text/html", f"<head>{link}".encode())
    assert named_feed(page) == "https://coast.example/rss"
    assert named_feed(Fetched(URL, "text/html", b"<p>no feed</p>")) == ""


def test_a_list_of_feeds_goes_out_as_it_came_in() -> None:
    feeds = [
        Followed("https://a.example/rss?x=1&y=2", 'Anna & "Carl"', 1800, "2026-01-01"),
        Followed("https://b.example/atom", "B", 1800, "2026-01-01"),
    ]
    assert read_opml(write_opml(feeds).encode(), "x") == [one.url for one in feeds]


def test_folders_of_a_list_are_looked_into() -> None:
    raw = (
        b'<opml><body><outline text="News"><outline xmlUrl="https://a.example/1"/>'
        b'<outline xmlUrl="https://a.example/1"/></outline></body></opml>'
    )
    assert read_opml(raw, "feeds.opml") == ["https://a.example/1"]
    with pytest.raises(SourceError, match=r"feeds.opml lists no feeds"):
        read_opml(b"<opml/>", "feeds.opml")
