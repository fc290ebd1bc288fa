"""Who may enter the page: the file of logins, and the guard before the page."""

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from rag.errors import SettingsError, UsageError
from ui.logins import add_login, may_enter, read_logins
from ui.web.guard import Guard
from ui.web.service import Service

PASSWORD = "correct horse battery"  # noqa: S105


@pytest.fixture
def file(tmp_path):
    add_login(tmp_path / "logins", "ann", PASSWORD)
    return tmp_path / "logins"


def test_a_password_opens_only_for_its_name(file):
    add_login(file, "bob", "another password")
    assert may_enter(file, "ann", PASSWORD)
    assert not may_enter(file, "ann", "another password")
    assert not may_enter(file, "eve", PASSWORD)


def test_the_file_holds_no_password_and_is_its_owners(file):
    assert PASSWORD not in file.read_text()
    assert file.stat().st_mode & 0o077 == 0


def test_a_new_password_replaces_the_old(file):
    add_login(file, "ann", "something newer")
    assert not may_enter(file, "ann", PASSWORD)
    assert may_enter(file, "ann", "something newer")


def test_a_login_that_was_taken_out_no_longer_opens(file):
    file.write_text("")
    assert not may_enter(file, "ann", PASSWORD)


@pytest.mark.parametrize("name", ["", "a:b", "a\nb", "x" * 65])
def test_an_impossible_name_is_refused(file, name):
    with pytest.raises(UsageError, match="cannot be a login"):
        add_login(file, name, PASSWORD)


def test_a_short_password_is_refused(file):
    with pytest.raises(UsageError, match="too short"):
        add_login(file, "bob", "short")


def test_another_file_is_not_taken_for_logins(tmp_path):
    (tmp_path / "notes").write_text("milk, bread")
    with pytest.raises(SettingsError, match="not a file of logins"):
        read_logins(tmp_path / "notes")
    with pytest.raises(SettingsError, match="cannot be read"):
        read_logins(tmp_path / "missing")


def test_other_machines_need_a_login_or_an_explicit_word(file):
    with pytest.raises(UsageError, match="--auth FILE"):
        Service(host="0.0.0.0").checked()
    assert Service(host="0.0.0.0", insecure=True, port=7990).checked()
    assert Service(host="0.0.0.0", auth=file, port=7990).checked()


# ---- the guard


def guarded(**options) -> TestClient:
    async def page(_):
        return PlainTextResponse("page")

    async def wrong(_):
        return PlainTextResponse("wrong", 400)

    app = Starlette(
        routes=[
            Route("/", page, methods=["GET", "POST"]),
            Route("/login", wrong, methods=["POST"]),
        ]
    )
    guard = Guard(app, **{"loopback": True, **options})
    return TestClient(guard, base_url="http://127.0.0.1:7860")


def test_the_page_itself_may_ask():
    client = guarded()
    assert client.post("/", headers={"origin": "http://127.0.0.1:7860"}).text == "page"
    assert client.post("/").text == "page"  # a program, which sends no origin


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:9999"},
        {"sec-fetch-site": "cross-site"},
    ],
)
def test_another_site_may_not_ask_with_a_visitors_browser(headers):
    assert guarded().post("/", headers=headers).status_code == 403


def test_a_name_that_was_pointed_at_this_machine_is_not_served():
    assert guarded().get("/", headers={"host": "evil.example"}).status_code == 421
    assert guarded().get("/", headers={"host": "localhost:7860"}).text == "page"
    assert guarded().get("/", headers={"host": "[::1]:7860"}).text == "page"


def test_a_reverse_proxy_serves_it_under_the_name_that_was_given():
    client = guarded(host="example.org")
    headers = {"host": "example.org", "origin": "https://example.org"}
    assert client.post("/", headers=headers).text == "page"


def test_logins_cannot_be_tried_without_end():
    client = guarded()
    answers = [client.post("/login").status_code for _ in range(7)]
    assert answers == [400] * 5 + [429] * 2


def test_another_site_cannot_use_up_the_tries():
    client = guarded()
    for _ in range(9):
        client.post("/login", headers={"origin": "http://evil.example"})
    assert client.post("/login").status_code == 400


def test_every_answer_tells_the_browser_to_stay():
    shown = guarded().get("/").headers
    assert "default-src 'self'" in shown["content-security-policy"]
    assert shown["x-content-type-options"] == "nosniff"
    assert shown["referrer-policy"] == "no-referrer"
