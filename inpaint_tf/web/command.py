"""The command `python -m inpaint_tf.web`: checks the flags, loads the model, serves."""

import ipaddress
import os
import time

from absl import flags

from inpaint_tf.cli.command import Command
from inpaint_tf.cli.detail_flag import define_detail
from inpaint_tf.cli.device import require_device_name
from inpaint_tf.cli.inpaint import make_inpainter
from inpaint_tf.cli.inpaint_flags import RANDOM
from inpaint_tf.cli.progress import Report
from inpaint_tf.cli.working_size_flag import define_working_size, working_size_of
from inpaint_tf.errors import InputError
from inpaint_tf.inference.photo import MAX_PIXELS
from inpaint_tf.web.settings import MEGABYTE, Settings
from inpaint_tf.weights.paths import BUNDLED, weights_path

DESCRIPTION = """
    Serves a page on which you paint over things in photos to remove them, and for other programs
    the HTTP interfaces of IOPaint, lama-cleaner, OpenAI's image edits and AUTOMATIC1111's img2img.
    Needs the extra web: pip install 'inpaint_tf[web]'.

      python -m inpaint_tf.web --open
      python -m inpaint_tf.web --host 0.0.0.0 --token SECRET --weights model.safetensors
      python -m inpaint_tf.web --backend http://localhost:8501 --served_model deepfill

    Only this machine has access unless --host says otherwise, and then a token is needed. Nothing
    is written to the disk, and nothing is loaded from elsewhere.
"""
LOCAL = "local"
_SCHEMES = ("http://", "https://", "grpc://")
_TOKEN_VARIABLE = "INPAINT_TF_TOKEN"


def define(values):
    """Defines the flags in `values`, an `absl.flags.FlagValues`."""

    def text(name, help_text, default=None):
        flags.DEFINE_string(name, default, help_text, flag_values=values)

    def texts(name, help_text):
        flags.DEFINE_multi_string(name, [], help_text, flag_values=values)

    def number(name, default, lowest, help_text, highest=None):
        flags.DEFINE_integer(name, default, help_text, lowest, highest, flag_values=values)

    def switch(name, help_text):
        flags.DEFINE_boolean(name, False, help_text, flag_values=values)

    text("host", "ADDRESS: where to listen; 0.0.0.0 is every network of this machine.", "127.0.0.1")
    number("port", 8080, 0, "The port; 0 takes a free one.", 65535)
    switch("open", "Open the page in a browser.")
    text("weights", "PATH: as in test.py; by default the bundled weights.")
    text(
        "backend",
        "local, or the address of a TF Serving: http://HOST:8501, grpc://HOST:8500.",
        LOCAL,
    )
    text("served_model", "NAME: the model's name in TF Serving.", "deepfill")
    text("device", "NAME: auto, cpu, gpu, or gpu:0, gpu:1 ...", "auto")
    flags.DEFINE_enum(
        "padding", None, ["symmetric", "reflect", "same"], "As in test.py.", flag_values=values
    )
    flags.DEFINE_enum(
        "precision", "float32", ["float32", "bfloat16"], "As in test.py.", flag_values=values
    )
    define_detail(values)
    define_working_size(values)
    number("seed", 0, 0, "As in test.py.")
    text(
        "token",
        "SECRET: requests must carry it, as Bearer, as the password of Basic, or once as ?token=. "
        f"The environment's {_TOKEN_VARIABLE} does the same and stays out of lists of processes.",
    )
    switch("no_auth", "Give access to everybody who can reach --host.")
    texts("allow_host", "NAME: a name under which the server may be addressed. Repeatable.")
    texts(
        "allow_origin",
        "ORIGIN: pages of this site may send requests, https://example.org. Repeatable.",
    )
    number("max_pixels", MAX_PIXELS, 64, "Pixels of the largest picture or mask that is opened.")
    number("max_megabytes", 128, 1, "The largest request.", 1024)
    number("places", 32, 1, "Requests that wait or are in progress; one more gets status 503.")
    flags.DEFINE_float(
        "timeout", 300.0, "Seconds for a picture, including the wait.", 0.001, flag_values=values
    )
    switch("quiet", "Print only errors.")


def work(values):
    """Serves until it is interrupted."""
    require_device_name(values.device)
    settings = settings_of(values)
    _require_extra()
    from inpaint_tf.web.server import bound, serve

    report = Report(values.quiet)
    with bound(values.host, values.port) as listening:  # before the model, which takes seconds
        backend = make_backend(values, report)
        serve(backend, settings, listening, values.host, values.open, report)


def settings_of(values):
    """The `Settings` that the flags describe.

    Raises:
        InputError: others would have access without a token, or a value cannot be used.
    """
    token = values.token or os.environ.get(_TOKEN_VARIABLE) or None
    if values.no_auth and token:
        raise InputError("--no_auth and a token are given; expected one of them.")
    if not is_loopback(values.host) and not token and not values.no_auth:
        raise InputError(
            f"--host {values.host} lets others in; give --token SECRET, or --no_auth if that is "
            "meant."
        )
    for origin in values.allow_origin:
        if not origin.startswith(("http://", "https://")) or origin.count("/") != 2:
            raise InputError(
                f"--allow_origin {origin} is not an origin; expected https://example.org, without "
                "a path."
            )
    names = tuple(name.lower().rstrip(".") for name in [*values.allow_host, values.host])
    body = values.max_megabytes * MEGABYTE
    defaults = Settings()
    return defaults._replace(
        token=token,
        hosts=names,
        origins=tuple(values.allow_origin),
        max_pixels=values.max_pixels,
        max_body=body,
        max_bodies=max(defaults.max_bodies, 4 * body),
        places=values.places,
        answer_seconds=values.timeout,
    )


def is_loopback(host):
    """Whether only this machine can reach a server that listens at `host`."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def make_backend(values, report):
    """A `Local` or a `Remote`, as the flags say; only the first needs TensorFlow."""
    if values.backend == LOCAL:
        return _local(values, report)
    if not values.backend.startswith(_SCHEMES) or not values.backend.split("//")[1].strip("/"):
        raise InputError(
            f"--backend {values.backend} is unknown; expected local, http://HOST:PORT or "
            "grpc://HOST:PORT."
        )
    from inpaint_tf.web.remote import Remote

    report.done(f"model {values.served_model} of {values.backend}")
    return Remote(values.backend, values.served_model, values.timeout)


def _local(values, report):
    """A `Local` whose network has completed its first picture."""
    start = time.perf_counter()
    weights = weights_path(values.weights or BUNDLED, words=[RANDOM])
    if weights == RANDOM:
        report.notice("the weights are random, so what fills the hole is noise.")
    inpainter = make_inpainter(weights, values, compiled=True)
    from inpaint_tf.web.local import Local

    name = os.path.splitext(os.path.basename(os.path.normpath(weights)))[0]
    backend = Local(inpainter, name, working_size_of(values))
    loaded = time.perf_counter() - start
    backend.warm_up()
    ready = time.perf_counter() - start
    report.done(f"model {name} in {loaded:.1f} s, first picture after {ready:.1f} s")
    return backend


def _require_extra():
    try:
        import fastapi  # noqa: F401
        import fastapi_offline  # noqa: F401
        import prometheus_client  # noqa: F401
        import python_multipart  # noqa: F401
        import uvicorn  # noqa: F401
    except ImportError as error:
        raise InputError(
            f"the page needs the package {error.name}; pip install 'inpaint_tf[web]' brings it."
        ) from error


main = Command("python -m inpaint_tf.web", DESCRIPTION, define, work)
