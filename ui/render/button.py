"""What can be clicked on the page."""

from html import escape


def button_html(act: str, shown: str, kind: str = "plain", **attributes: object) -> str:
    """Return a button that shows `shown` (HTML) and whose act `script.js` knows.

    `kind` is its class. Of the names of `attributes` each "_" is written as "-"; those
    that are None are left out.
    """
    known = {"class": kind, "data-act": act, **attributes}
    given = "".join(
        f' {name.replace("_", "-")}="{escape(str(value))}"'
        for name, value in known.items()
        if value is not None
    )
    return f'<button type="button"{given}>{shown}</button>'
