"""The shape of the code: which way it imports, how large it is, what it costs."""

import ast
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import pytest

import ingest
import rag

ROOT = Path(__file__).parent.parent
MODULES = sorted(
    path for room in ("rag", "ingest", "ui") for path in (ROOT / room).rglob("*.py")
)
ENGINES = ("chromadb", "gradio", "llama_index", "openai", "sqlalchemy", "tantivy")


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_imports_point_one_way_and_each_engine_has_one_door():
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("room", ["rag", "rag.config", "rag.schema", "ui", "ui.cli"])
def test_importing_a_room_loads_no_engine(room):
    code = f"import sys, {room}; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert not set(ENGINES) & set(done.stdout.split())


def test_importing_ingest_loads_only_what_it_stores_with():
    code = "import sys, ingest; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = set(ENGINES) & set(done.stdout.split())
    assert loaded <= {"sqlalchemy", "tantivy"}


def test_importing_does_nothing_to_the_folder_it_happens_in(tmp_path):
    subprocess.run(
        [sys.executable, "-c", "import rag, rag.engine, ingest, ui.cli"],
        cwd=tmp_path,
        check=True,
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_a_file_has_at_most_300_lines_and_a_function_at_most_40(path):
    text = path.read_text("utf-8")
    assert len(text.splitlines()) <= 300
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or 0) - node.lineno + 1
            assert lines <= 40, f"{node.name} has {lines} lines"


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_a_module_says_what_it_is_for(path):
    text = path.read_text("utf-8")
    assert ast.get_docstring(ast.parse(text)) or not text.strip()


@pytest.mark.parametrize("room", [rag, ingest], ids=lambda room: room.__name__)
def test_the_public_names_are_sorted_and_there(room):
    assert room.__all__ == sorted(room.__all__)
    assert all(getattr(room, one) is not None for one in room.__all__)


# those of the peers run beside each other, in environments that hold the peers
OWN = [
    path.stem
    for path in sorted((ROOT / "benchmarks").glob("*.py"))
    if not path.stem.startswith("peers") and path.stem != "growth"
]


def test_benchmarks_find_what_they_measure():
    # in a process of their own: some set what the tests would then find set
    code = "import " + ", ".join(f"benchmarks.{one}" for one in OWN)
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


def test_each_part_that_the_ablation_takes_away_is_there():
    text = (ROOT / "benchmarks" / "ablation.py").read_text("utf-8")
    parts = set(re.findall(r'"(rag\.[\w.]+)"', text))
    assert len(parts) > 5
    for part in parts:
        assert pkgutil.resolve_name(part) is not None
