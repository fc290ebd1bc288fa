"""Pages of a made-up newspaper, as its server sends them."""

SANK = "The ferry Aurora sank off Haugen on Tuesday after a fire in the engine room."
RESCUED = "All 212 passengers were rescued by fishing boats within an hour of it."
INQUIRY = (
    "An inquiry into the fire will begin in April, the ministry of transport said."
)
TEXT = (SANK, RESCUED, INQUIRY)


def page(
    *paragraphs: str,
    title: str = "Ferry sinks off Haugen",
    head: str = "",
    published: str = "2026-03-04T08:00:00+01:00",
) -> str:
    """Return an article among the usual furniture of a page."""
    said = "".join(f"<p>{one}</p>" for one in paragraphs or TEXT)
    date = f'<meta property="article:published_time" content="{published}">'
    return f"""<!doctype html><html lang="en-GB"><head>
<title>{title} | The Coast</title><meta name="author" content="Anna Berg">
<meta property="og:site_name" content="The Coast">
{date if published else ""}{head}</head><body>
<nav><ul><li><a href="/">Home</a></li><li><a href="/sport">Sport</a></li></ul></nav>
<div class="cookie-banner"><p>We use cookies. Accept all of them.</p></div>
<article><h1>{title}</h1>{said}</article>
<div id="comments"><h3>Comments</h3><p>First, says somebody.</p></div>
<footer>Copyright 2019 The Coast</footer></body></html>"""
