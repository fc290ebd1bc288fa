"""`newsdesk chat` holds a conversation in the terminal."""

from click.testing import CliRunner

from ui.cli import cli


def chatting(index, *lines: str) -> str:
    typed = "".join(f"{line}\n" for line in lines)
    done = CliRunner().invoke(
        cli, ["--index", str(index), "chat"], input=typed, catch_exceptions=False
    )
    assert done.exit_code == 0
    return done.output


def test_a_question_may_lean_on_the_one_before(seeds_index):
    said = chatting(
        seeds_index,
        "What is the flood barrier on the Wend?",
        "and how many homes will it protect?",
        "",
    )
    assert (
        "Asked as: how many homes will the flood barrier on the Wend protect?" in said
    )
    assert "homes" in said


def test_a_question_that_cannot_be_asked_does_not_end_it(seeds_index):
    said = chatting(seeds_index, "?!", "How much is the licence fee?")
    assert "empty" in said
    assert "18 per cent" in said
