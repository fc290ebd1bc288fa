"""What a visitor sees while gradio's own files are still on their way."""

import json

from gradio.routes import templates
from jinja2 import ChoiceLoader, DictLoader

from ui.translation import OWN, languages

_PAGE = "frontend/index.html"
_HEAD = """<title>newsdesk</title>
<link rel="icon" href="icon.svg" type="image/svg+xml">
<meta name="theme-color" content="#f3f4f0" media="(prefers-color-scheme: light)">
<meta name="theme-color" content="#161a1b" media="(prefers-color-scheme: dark)">
<style>
/* in a wide window all grows, not the margins alone */
@media (min-width: 1800px) { html { font-size: 112.5% } }
@media (min-width: 2300px) { html { font-size: 125% } }
.coming { position: fixed; top: 0; margin: 1.15rem 2.5rem; }
.coming b { font: 700 1.375rem/1 Georgia, serif; }
.coming span { padding-left: 1rem; font: 400 .8125rem/1.4 sans-serif; }
body:has(#desk, gradio-app input) .coming { display: none; }
</style>
"""
# language.js, which knows all texts, comes with gradio's files
_BODY = """<p class="coming"><b translate="no">newsdesk</b> <span>Loading</span></p>
<script>{
  const coming = KNOWN;
  const chosen = localStorage.getItem("newsdesk-language") ?? "";
  const code = [chosen, ...navigator.languages].map((one) => one.split("-")[0])
    .find((one) => one in coming);
  document.querySelector(".coming span").textContent = coming[code] ?? "Loading";
}</script>
"""


def paint_first() -> None:
    """Put the head and newsdesk's name into gradio's page; doing it twice is once.

    What gradio is given as a head comes into the page only when its own files have.
    """
    loader = templates.env.loader
    if loader is None or isinstance(loader, ChoiceLoader):
        return
    page, *_ = loader.get_source(templates.env, _PAGE)
    page = page.replace("</head>", f"{_HEAD}</head>", 1)
    known = {code: one["texts"]["Loading"] for code, one in languages().items()}
    body = _BODY.replace("KNOWN", json.dumps(known | {OWN: "Loading"}))
    page = page.replace("<gradio-app", f"{body}<gradio-app", 1)
    templates.env.loader = ChoiceLoader([DictLoader({_PAGE: page}), loader])
