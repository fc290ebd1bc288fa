"""The command that checks receipts: `newsdesk verify`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from rag.errors import UsageError
from ui.cli.shared import asking, tell

EXIT_ALTERED = 1


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--alone", is_flag=True, help="Check the file only, without an index.")
@click.pass_obj
def verify(index: Path | None, file: Path, *, alone: bool) -> None:
    """Check that the receipt FILE is unaltered and that its quotations stand."""
    from rag.receipt import check_against, check_alone, cited_in
    from ui.render.receipt import read_receipt

    try:
        raw = file.read_bytes()
    except OSError as error:
        raise UsageError(f"{file} cannot be read ({error.strerror}).") from error
    record, exact = read_receipt(raw)
    if alone:
        checked = check_alone(record)
    else:
        with asking(index) as engine:
            checked = check_against(record, engine)
    faults = list(checked.faults)
    if not exact:
        faults.insert(0, "The file is not as it was made: something in it was altered.")
    for line in (*faults, *checked.remarks):
        tell(line, err=bool(faults))
    if faults:
        sys.exit(EXIT_ALTERED)
    count = len(cited_in(record))
    where = "the receipt itself" if alone else "the index"
    tell(f"{file} is unaltered; {count} quotations agree with {where}.")


COMMANDS = (verify,)
