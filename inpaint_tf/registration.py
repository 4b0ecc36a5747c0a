"""Makes the package's layers and networks known to Keras wherever both are imported.

`keras.models.load_model` finds only registered classes, and they are registered when their modules
are imported. That imports TensorFlow, for which commands must not wait; so it happens as soon as
Keras has been imported, before or after this package.
"""

import importlib
import importlib.abc
import sys
import threading

HOMES = ("inpaint_tf.layers", "inpaint_tf.models.critic_sets", "inpaint_tf.models.registry")
OWN = "inpaint_tf"
# TensorFlow 2.15 imports Keras while it is half imported itself.
WATCHED = ("keras", "tensorflow")


def register_with_keras():
    """Registers now if Keras has been imported, otherwise once it has."""
    if _is_imported("keras"):
        _register()
    else:
        sys.meta_path.insert(0, _Watch())


def _is_imported(name):
    specification = getattr(sys.modules.get(name), "__spec__", None)
    return specification is not None and not getattr(specification, "_initializing", False)


def _register():
    keras = sys.modules["keras"]
    if keras.backend.backend() == "tensorflow":  # other backends have no use for the package
        for home in HOMES:
            importlib.import_module(home)


class _Watch(importlib.abc.MetaPathFinder):
    """Finds nothing itself; notices when Keras is imported and no module is half imported.

    Half imported modules, of this package too, cannot be imported from yet.
    """

    def __init__(self):
        self.unfinished = 0
        self.lock = threading.Lock()

    def find_spec(self, name, path=None, target=None):
        if name not in WATCHED and name.partition(".")[0] != OWN:
            return None
        others = (finder for finder in sys.meta_path if finder is not self)
        found = (finder.find_spec(name, path, target) for finder in others)
        specification = next((one for one in found if one is not None), None)
        if specification is not None and hasattr(specification.loader, "exec_module"):
            specification.loader = _Counted(specification.loader, self)
        return specification

    def begin(self):
        with self.lock:
            self.unfinished += 1

    def end(self):
        with self.lock:
            self.unfinished -= 1
            due = not self.unfinished and "keras" in sys.modules and self in sys.meta_path
            if due:
                sys.meta_path.remove(self)
        if due:
            _register()


class _Counted(importlib.abc.Loader):
    """A module's loader that reports when the module has been imported."""

    def __init__(self, loader, watch):
        self.loader, self.watch = loader, watch

    def __getattr__(self, name):
        return getattr(self.loader, name)  # `python -m` asks for code, others for resources

    def create_module(self, spec):
        return self.loader.create_module(spec)

    def exec_module(self, module):
        module.__spec__.loader = module.__loader__ = self.loader
        self.watch.begin()
        try:
            self.loader.exec_module(module)
        finally:
            self.watch.end()
