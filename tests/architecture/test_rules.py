"""Rules of the house that import-linter cannot express."""

import ast
import importlib
import inspect
import pkgutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import services
from services.access.permissions import Actor, Permission
from services.settings import ROOT

ROOMS = ("app.py", "manage.py", "manage_messages.py", "pages", "scheduler", "services", "models")
QUERIES = {"select", "exec", "execute", "scalar", "scalars", "exec_driver_sql"}

COMMITS = {
    "services/work.py": "the unit of work every edge uses",
}
"""Where `commit()` may be called, and why."""

WITHOUT_PERMISSION = {
    "services.access.accounts.create_first_administrator": "there is nobody yet who could be allowed",
    "services.access.accounts.own": "gives other services the actor's own row and nobody else's",
    "services.access.audit.record": "notes what other services did",
    "services.access.sessions.end": "signing out is open to whoever holds the session",
    "services.tables.rows.all_rows": "a generator; the export that consumes it has checked",
}
"""Public services that take a session and an actor and need no permission of their own, and why."""


def sources(*rooms: str) -> Iterator[tuple[str, ast.Module]]:
    """Every module of the rooms: its path from the root, its tree."""
    for room in rooms:
        start = ROOT / room
        for path in sorted(start.rglob("*.py")) if start.is_dir() else [start]:
            if path.exists() and "versions" not in path.parts:
                yield str(path.relative_to(ROOT)), ast.parse(path.read_text(encoding="utf-8"))


def calls(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Name and line of everything that is called."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute):
                yield node.func.attr, node.lineno
            elif isinstance(node.func, ast.Name):
                yield node.func.id, node.lineno


def test_imports_go_one_way() -> None:
    """The contracts of pyproject.toml: pages and scheduler, services, models; no web in services."""
    code = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout


def test_queries_stand_only_in_services() -> None:
    found = [
        f"{path}:{line} {name}"
        for path, tree in sources("app.py", "manage.py", "manage_messages.py", "pages", "scheduler", "models")
        for name, line in calls(tree)
        if name in QUERIES
    ]
    assert found == []


def test_only_edges_commit() -> None:
    found = {path for path, tree in sources(*ROOMS) for name, _ in calls(tree) if name == "commit"}
    assert found == set(COMMITS)


def test_no_script_lies_in_the_root_of_pages() -> None:
    assert [path.name for path in (ROOT / "pages").glob("*.py")] == ["__init__.py"]


def test_nothing_imports_app_or_manage() -> None:
    found = [
        f"{path}:{node.lineno}"
        for path, tree in sources("pages", "scheduler", "services", "models")
        for node in ast.walk(tree)
        if (isinstance(node, ast.ImportFrom) and node.module in {"app", "manage"})
        or (isinstance(node, ast.Import) and {alias.name for alias in node.names} & {"app", "manage"})
    ]
    assert found == []


def test_the_terminal_opens_no_screens() -> None:
    tree = ast.parse((ROOT / "manage.py").read_text(encoding="utf-8"))
    modules = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    modules |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert {module.split(".")[0] for module in modules} & {"pages", "app", "streamlit", "starlette"} == set()


@pytest.mark.parametrize("room", [*ROOMS, "tests"])
def test_modules_are_shorter_than_400_lines(room: str) -> None:
    start = ROOT / room
    paths = start.rglob("*.py") if start.is_dir() else [start]
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for path in paths
        # Generated: one statement per table and index.
        if path.exists() and path.name != "0001_initial.py"
    }
    assert {path: length for path, length in lengths.items() if length > 400} == {}


def public_services() -> Iterator[tuple[str, object]]:
    """Every public function of services/ whose first parameters are `(session, actor, …)`."""
    for module_info in pkgutil.walk_packages(services.__path__, "services."):
        module = importlib.import_module(module_info.name)
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if name.startswith("_") or function.__module__ != module.__name__:
                continue
            parameters = [parameter.lstrip("_") for parameter in inspect.signature(function).parameters]
            if parameters[:2] == ["session", "actor"]:
                yield f"{module.__name__}.{name}", function


def test_every_public_service_requires_a_permission() -> None:
    bare = {name for name, f in public_services() if not isinstance(getattr(f, "permission", None), Permission)}
    assert bare == set(WITHOUT_PERMISSION)


def test_the_permission_is_checked_before_anything_is_done() -> None:
    nobody = Actor(account_id=1, name="никто", permissions=frozenset())
    for name, function in public_services():
        if name in WITHOUT_PERMISSION:
            continue
        with pytest.raises(Exception, match="Недостаточно прав"):
            function(None, nobody)  # type: ignore[operator]


def test_migrations_name_no_model() -> None:
    """A revision that imports a model changes its meaning when the model does."""
    for path in Path(ROOT / "models" / "migrations" / "versions").glob("*.py"):
        assert "from models" not in path.read_text(encoding="utf-8"), path.name
