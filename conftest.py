"""Leaves out modules that need an extra which is not installed; their tests say so."""

import importlib.util

collect_ignore_glob = [] if importlib.util.find_spec("fastapi") else ["inpaint_tf/web/*"]
