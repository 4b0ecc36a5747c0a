"""What lies beside an exported model: honest cards, commands that agree, notices about clients."""

import pathlib

import pytest
import yaml
from tensorflow.core.protobuf import saved_model_pb2

import inpaint_tf
from inpaint_tf.export.before import changed_default
from inpaint_tf.export.origin import bring_card, origin
from inpaint_tf.export.serving_files import MONITORING_TEXT, REST_TIMEOUT, TAG, docker_commands

SERVING = pathlib.Path(inpaint_tf.__file__).parent / "serving"


def a_version(directory, version, *inputs):
    """A version whose serving_default takes some inputs; there is nothing else in it."""
    saved = saved_model_pb2.SavedModel()
    signature = saved.meta_graphs.add().signature_def["serving_default"]
    for name in inputs:
        signature.inputs[name].name = name
    (directory / str(version)).mkdir()
    (directory / str(version) / "saved_model.pb").write_bytes(saved.SerializeToString())


def test_a_changed_default_is_noticed(tmp_path):
    a_version(tmp_path, 1, "image", "mask")
    assert list(changed_default(tmp_path, 1)) == []
    a_version(tmp_path, 2, "image", "mask")
    assert list(changed_default(tmp_path, 2)) == []
    a_version(tmp_path, 10, "image_bytes", "mask_bytes")
    (told,) = changed_default(tmp_path, 10)
    assert told == (
        "serving_default takes encoded in version 10 and pixels in version 2: clients that do not "
        "name a signature break; --default_signature pixels keeps them."
    )
    (told,) = changed_default(tmp_path, 2 + 8)  # whatever else lies there
    (tmp_path / "11").mkdir()
    assert list(changed_default(tmp_path, 11)) == []
    (tmp_path / "11" / "saved_model.pb").write_bytes(b"\xff\xff no model")
    a_version(tmp_path, 12, "image", "mask")
    assert list(changed_default(tmp_path, 12)) == []


@pytest.mark.parametrize("path", ["/home/me/my photos/lake", "photos/lake/", "C:\\photos\\lake"])
def test_a_card_tells_no_folders(path):
    provenance = {"steps": 7, "config": {"data": {"train": path, "phases": [path, 3]}}}
    told = origin({"file": "/home/me/w.safetensors", "hash": "ab12"}, provenance, True)
    assert told == {
        "file": "w.safetensors",
        "hash": "ab12",
        "steps": "7",
        "config": "{'data': {'train': 'lake', 'phases': ['lake', 3]}}",
    }


def test_a_card_names_another_card_only_where_it_lies(tmp_path):
    provenance = {"license": "research use; see MODEL_CARD.md", "data": "1 photo"}
    weights, target = tmp_path / "w.safetensors", tmp_path / "model"
    weights.write_bytes(b"")
    target.mkdir()
    source = {"file": str(weights)}
    assert not bring_card(source, target) and not bring_card({"file": "random"}, target)
    assert origin(source, provenance, False)["license"] == "research use"
    (tmp_path / "MODEL_CARD.md").write_text("licence")
    assert bring_card(source, target) and (target / "MODEL_CARD.md").read_text() == "licence"
    assert origin(source, provenance, True)["license"] == "research use; see MODEL_CARD.md"


def test_commands_beside_a_model_are_those_of_compose():
    compose = yaml.safe_load((SERVING / "compose.yaml").read_text())
    commands = docker_commands("/srv/models/lake", "lake")
    for option in compose["services"]["cpu"]["command"]:
        name = option.partition("=")[0]
        assert commands.count(name) == 2, name  # on a CPU and on a GPU
    assert commands.count(f"--rest_api_timeout_in_ms={REST_TIMEOUT} ") == 2
    assert f"--rest_api_timeout_in_ms={REST_TIMEOUT}" in compose["services"]["cpu"]["command"]
    for service, ending in (("cpu", ""), ("gpu", "-gpu")):
        assert (
            compose["services"][service]["image"] == f"tensorflow/serving:${{TAG:-{TAG}}}{ending}"
        )
        assert f"tensorflow/serving:{TAG}{ending} " in commands
    assert (SERVING / "monitoring.config").read_text() == MONITORING_TEXT
