"""The rules of docs/architecture.md: who may import what, what a page may hold, what an import may cost."""

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LIBRARY = sorted((ROOT / "cnnviz").rglob("*.py"))
PAGES = [ROOT / "app.py", *sorted((ROOT / "pages").glob("*.py"))]
SHIPPED = [*LIBRARY, *PAGES]

# package -> the only places (folders or files below the root) that may import it
ALLOWED = {
    "streamlit": ["app.py", "pages", "cnnviz/ui"],
    "plotly": ["cnnviz/figures"],
    "torch": [
        "cnnviz/zoo",
        "cnnviz/trace",
        "cnnviz/explain",
        "cnnviz/learn",
        "cnnviz/ui/cache.py",
        "cnnviz/images/finder.py",
        "cnnviz/images/upright.py",
    ],
    "torchvision": ["cnnviz/zoo", "cnnviz/learn"],
    "captum": ["cnnviz/explain"],
    "pages": [],
    "training": [],
    "benchmarks": [],
    "tests": [],
}
# part of the library -> parts of ours that it may import; `every` is open to all
EVERY = {"errors", "check", "words", "specs", "shapes", "stack"}
PARTS = {
    "errors": {"words"},
    "check": {"errors"},
    "words": set(),
    "specs": {"errors", "check"},
    "shapes": {"errors", "specs"},
    "stack": {"errors", "check", "specs", "shapes", "ops"},
    "ops": EVERY,
    "images": EVERY,
    "figures": EVERY | {"ops", "images", "trace", "zoo", "learn", "explain"},
    "zoo": EVERY | {"images", "ops"},
    "trace": EVERY | {"zoo", "ops"},
    "explain": EVERY | {"trace", "zoo"},
    "learn": EVERY | {"zoo", "images", "ops", "trace"},
}
LIMIT_PAGE, LIMIT_MODULE, LIMIT_FUNCTION = 120, 400, 60


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def imports(path: Path) -> frozenset[str]:
    """Every module that `path` imports at run time, wherever in the file."""
    found: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return frozenset(found)


@pytest.mark.parametrize("package", ALLOWED)
def test_package_is_imported_only_where_allowed(package: str) -> None:
    places = tuple(ROOT / place for place in ALLOWED[package])
    outside = [
        relative(path)
        for path in SHIPPED
        if any(name.split(".")[0] == package for name in imports(path))
        and not any(path == place or place in path.parents for place in places)
    ]
    assert not outside


@pytest.mark.parametrize("path", [p for p in LIBRARY if "ui" not in p.parts], ids=relative)
def test_part_imports_only_what_it_may(path: Path) -> None:
    part = path.relative_to(ROOT / "cnnviz").parts[0].removesuffix(".py")
    if part not in PARTS:  # the command line draws on everything
        assert part in {"__init__", "__main__", "cli", "ui"}
        return
    ours = {name.split(".")[1] for name in imports(path) if name.startswith("cnnviz.")}
    assert ours - PARTS[part] - {part} == set()


@pytest.mark.parametrize("path", PAGES, ids=relative)
def test_page_begins_with_the_frame(path: Path) -> None:
    statements = [n for n in tree(path).body if not isinstance(n, (ast.Import, ast.ImportFrom, ast.Expr))]
    first = ast.unparse(statements[0])
    assert "begin(" in first


@pytest.mark.parametrize("path", PAGES, ids=relative)
def test_page_defines_nothing_but_fragments(path: Path) -> None:
    defined = [n for n in ast.walk(tree(path)) if isinstance(n, (ast.FunctionDef, ast.ClassDef))]
    plain = [n.name for n in defined if not any("fragment" in ast.unparse(d) for d in n.decorator_list)]
    assert not plain


@pytest.mark.parametrize("path", LIBRARY, ids=relative)
def test_caches_of_streamlit_are_in_one_file(path: Path) -> None:
    if relative(path) == "cnnviz/ui/cache.py":
        return
    text = path.read_text(encoding="utf-8")
    assert "cache_data" not in text
    assert "cache_resource" not in text


@pytest.mark.parametrize("path", SHIPPED, ids=relative)
def test_file_says_what_it_is_for(path: Path) -> None:
    assert ast.get_docstring(tree(path))


@pytest.mark.parametrize("path", SHIPPED, ids=relative)
def test_file_and_functions_stay_small(path: Path) -> None:
    limit = LIMIT_PAGE if path in PAGES else LIMIT_MODULE
    if not path.stem.endswith("_table"):  # data tables live alone and may be long
        assert len(path.read_text(encoding="utf-8").splitlines()) <= limit
    functions = [n for n in ast.walk(tree(path)) if isinstance(n, ast.FunctionDef)]
    long = [f.name for f in functions if body_lines(f) > LIMIT_FUNCTION]
    assert not long


def body_lines(function: ast.FunctionDef) -> int:
    """Lines of a function without its docstring."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


@pytest.mark.parametrize("path", LIBRARY, ids=relative)
def test_module_holds_no_mutable_global(path: Path) -> None:
    mutable = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp)
    assigned = [n for n in tree(path).body if isinstance(n, (ast.Assign, ast.AnnAssign))]
    names = [ast.unparse(n).split("\n")[0][:60] for n in assigned if isinstance(n.value, mutable)]
    assert not [name for name in names if not name.startswith("__all__")]


@pytest.mark.parametrize("heavy", ["torch", "torchvision", "streamlit", "plotly", "captum", "skimage"])
def test_importing_cnnviz_is_cheap(heavy: str) -> None:
    code = f"import cnnviz, cnnviz.specs, cnnviz.shapes, sys; sys.exit({heavy!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


@pytest.mark.parametrize("module", ["ops.conv", "ops.pool", "ops.softmax", "images.prepare", "figures.maps"])
def test_teaching_maths_loads_without_torch(module: str) -> None:
    code = f"import cnnviz.{module}, sys; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
