"""The files that TF Serving reads beside a model, and the commands that start it."""

import os
import shlex

from inpaint_tf.errors import InputError

BATCHING = "batching_params.pbtxt"
CONFIG = "models.config"
COMMANDS = "docker_commands.txt"
MONITORING = "monitoring.config"
REST_TIMEOUT = 120_000  # ms: the first picture of a size may take long on a CPU
GRPC_PORT, REST_PORT = 8500, 8501
LOCAL = "127.0.0.1"
TAG = "2.20.0"  # of the image tensorflow/serving

# No allowed_batch_sizes: batches would be filled up with copies, and a picture costs the same in
# every batch. The network takes any number.
BATCHING_TEXT = """\
# Requests that wait for each other become one batch. Read from this directory by
# tensorflow_model_server --enable_batching --enable_per_model_batching_parameters.
max_batch_size { value: 8 }
batch_timeout_micros { value: 2000 }
max_enqueued_batches { value: 64 }
# One batch at a time: each takes the memory of its largest picture, and all cores.
num_batch_threads { value: 1 }
pad_variable_length_inputs: false
"""

MONITORING_TEXT = """\
prometheus_config {
  enable: true
  path: "/monitoring/prometheus/metrics"
}
"""

_ALLOWED = set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-")


def model_name(directory):
    """The model's name on the server, which is its directory's.

    Raises:
        InputError: the name would need quoting in an address.
    """
    name = os.path.basename(os.path.abspath(directory))
    if not name or not set(name) <= _ALLOWED or name.isdecimal():
        raise InputError(
            f"--output_dir {directory} names the model {name!r}; expected letters, digits, "
            "'_', '-' and '.', and not a version's number, since clients ask for it by this name."
        )
    return name


def models_config(name):
    """A ModelServerConfig for a server that has the model's directory at /models/NAME."""
    return f"""\
model_config_list {{
  config {{
    name: "{name}"
    base_path: "/models/{name}"
    model_platform: "tensorflow"
  }}
}}
"""


def docker_commands(directory, name):
    """The commands that serve the model, on a CPU and on a GPU, and one that asks it."""
    mount = f"type=bind,source={os.path.abspath(directory)},target=/models/{name},readonly"

    def run(image, *options):
        parts = [
            "docker run --rm",
            *options,
            # Only this machine, and no more memory than the largest pictures take.
            f"-p {LOCAL}:{GRPC_PORT}:{GRPC_PORT} -p {LOCAL}:{REST_PORT}:{REST_PORT} --memory 4g",
            f"--mount {shlex.quote(mount)}",
            image,
            f"--model_config_file=/models/{name}/{CONFIG}",
            f"--monitoring_config_file=/models/{name}/{MONITORING}",
            f"--rest_api_timeout_in_ms={REST_TIMEOUT}",
            "--enable_batching --enable_per_model_batching_parameters",
        ]
        return " \\\n  ".join(parts)

    return f"""\
# On a CPU:
{run(f"tensorflow/serving:{TAG}")}

# On an NVIDIA GPU (needs the NVIDIA container toolkit):
{run(f"tensorflow/serving:{TAG}-gpu", "--gpus all", "-e TF_FORCE_GPU_ALLOW_GROWTH=true")}

# Ask it:
python -m inpaint_tf.client --server localhost:{REST_PORT} --model {name} \\
  --image photo.png --mask hole.png
"""
