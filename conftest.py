"""Leaves out modules that need an extra which is not installed; their tests say so."""

import importlib.util

_NEEDS = {
    "inpaint_tf/web/*": "fastapi",
    "inpaint_tf/bulk/*": "apache_beam",
    "tests/bulk/mem_filesystem.py": "apache_beam",
}
collect_ignore_glob = [path for path, name in _NEEDS.items() if not importlib.util.find_spec(name)]
