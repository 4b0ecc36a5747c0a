"""Modules import their own package and lower floors only."""

import ast
import pathlib

import inpaint_tf

FLOORS = (
    {"errors", "amount"},
    {
        "types",
        "ops",
        "files",
        "compat",
        "silence",
        "lists",
        "plain_yaml",
        "registration",
        "process_memory",
    },
    {"detail", "layers", "losses", "masks", "visualization", "edges"},
    {"faces"},
    {"models"},
    {"weights"},
    {"inference"},
    {"data"},
    {"training", "evaluation", "export"},
    {"config"},
    {"assembly"},
    {"cli"},
    {
        "convert",
        "evaluate",
        "benchmark",
        "client",
        "make_masks",
        "make_shards",
        "make_edges",
        "measure_faces",
        "sketch_faces",
        "web",
        "bulk",
    },
    {"program"},
    {"__main__"},
)
ROOT = pathlib.Path(inpaint_tf.__file__).parent


def floor_of(part):
    return next(floor for floor, parts in enumerate(FLOORS) if part in parts)


def imports_of(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield node.module
        elif isinstance(node, ast.Import):
            yield from (name.name for name in node.names)


def test_imports_point_down():
    found = 0
    for path in ROOT.rglob("*.py"):
        own = path.relative_to(ROOT).with_suffix("").parts[0]
        if own == "__init__":
            continue
        for module in imports_of(path):
            package, _, rest = module.partition(".")
            if package != "inpaint_tf" or not rest:
                continue
            other = rest.split(".")[0]
            found += 1
            below = floor_of(other) < floor_of(own)
            assert other == own or below, f"{path.relative_to(ROOT)} imports {module}"
    assert found > 50


def test_files_are_short():
    for path in [*ROOT.rglob("*.py"), *ROOT.parent.glob("*.py")]:
        assert len(path.read_text().splitlines()) <= 300, path


def test_files_of_tests_have_names_of_their_own():
    """Two of one name cannot be imported in one run, though each passes alone."""
    names = sorted(path.name for path in (ROOT.parent / "tests").rglob("test_*.py"))
    assert len(names) > 50 and [a for a, b in zip(names, names[1:]) if a == b] == []
