"""Crashes on demand: the power fails just before or after something is written.

From then on nothing more can be written, as on a machine without power: `finally`
blocks, which a real crash does not run, change nothing either. (Real processes are
killed by benchmarks/kill_storm.py.)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

import rag.index.vectors
import rag.index.words

_NOTHING = "nothing"
POINTS = (
    "before the ledger's commit",
    "after the ledger's commit",
    "before the words' commit",
    "after the words' commit",
    "before the words' state",
    "after the words' state",
    "before a generation is filled",
    "before a generation is published",
    "after a generation is published",
)


class Crash(BaseException):
    """The power is gone; nobody may catch this."""


class Power:
    """Fails at the `countdown`-th time that `point` is passed, and stays away."""

    def __init__(self) -> None:
        self.failed = False
        self._point, self._countdown = _NOTHING, 0

    def fail_at(self, point: str, countdown: int) -> None:
        """Arrange a failure."""
        self._point, self._countdown = point, countdown

    def restore(self) -> None:
        """Switch the machine on again."""
        self.failed, self._point = False, _NOTHING

    def passes(self, point: str) -> None:
        """Pass a point, or crash at it."""
        if point == self._point:
            self._countdown -= 1
        if self.failed or (point == self._point and self._countdown <= 0):
            self.failed = True
            raise Crash(point)

    def around(self, write: Callable[..., Any], what: str) -> Callable[..., Any]:
        """Return `write` with a point before and one after it."""

        def guarded(*args: Any, **named: Any) -> Any:
            self.passes(f"before {what}")
            result = write(*args, **named)
            self.passes(f"after {what}")
            return result

        return guarded

    def install(self, patch: pytest.MonkeyPatch) -> None:
        """Stand at every place where the index writes."""
        execute = sa.Connection.exec_driver_sql
        commit = self.around(execute, "the ledger's commit")

        def guarded(connection: sa.Connection, sql: str, *more: Any) -> Any:
            if sql.startswith("BEGIN") and self.failed:
                raise Crash(sql)
            return (commit if sql == "COMMIT" else execute)(connection, sql, *more)

        patch.setattr(sa.Connection, "exec_driver_sql", guarded)
        patch.setattr(rag.index.words, "tantivy", _Tantivy(self))
        for module, what in (
            (rag.index.words, "the words' state"),
            (rag.index.vectors, "a generation is published"),
        ):
            patch.setattr(
                module, "write_atomically", self.around(module.write_atomically, what)
            )
        fill = rag.index.vectors.VectorProjection._fill
        guarded_fill = self.around(fill, "a generation is filled")
        patch.setattr(
            rag.index.vectors.VectorProjection, "_fill", staticmethod(guarded_fill)
        )


class _Standin:
    """Something of tantivy's, with some methods replaced; its types allow no patch."""

    def __init__(self, real: Any, **replaced: Any) -> None:
        self._real = real
        self.__dict__.update(replaced)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)


class _Tantivy(_Standin):
    """The module, whose indexes have writers whose commits can crash."""

    def __init__(self, power: Power) -> None:
        import tantivy

        def _index(*args: Any, **named: Any) -> _Standin:
            index = tantivy.Index(*args, **named)

            def _writer(*args: Any, **named: Any) -> _Standin:
                writer = index.writer(*args, **named)
                commit = power.around(writer.commit, "the words' commit")
                return _Standin(writer, commit=commit)

            return _Standin(index, writer=_writer)

        super().__init__(tantivy, Index=_index)
