"""The manifests of serving/: valid, and about the model that export.py writes."""

import pathlib
import re

import pytest
import yaml
from extras import reason_without

import inpaint_tf
from inpaint_tf.export.serving_files import CONFIG, GRPC_PORT, REST_PORT

SERVING = pathlib.Path(inpaint_tf.__file__).parent / "serving"


def documents(name):
    return list(yaml.safe_load_all(SERVING.joinpath(name).read_text()))


def test_manifests_are_valid():
    validate = pytest.importorskip("kubernetes_validate", reason=reason_without("checks"))
    for document in documents("kubernetes.yaml"):
        validate.validate(document, validate.latest_version(), strict=True)


def test_deployment_serves_what_an_export_writes():
    claim, deployment, monitoring, service = documents("kubernetes.yaml")
    pod = deployment["spec"]["template"]
    (container,) = pod["spec"]["containers"]
    assert f"--model_config_file=/models/deepfill/{CONFIG}" in container["args"]
    assert "--enable_per_model_batching_parameters" in container["args"]
    ports = {port["name"]: port["containerPort"] for port in container["ports"]}
    assert ports == {"grpc": GRPC_PORT, "rest": REST_PORT}
    assert {port["port"] for port in service["spec"]["ports"]} == set(ports.values())
    assert service["spec"]["selector"].items() <= pod["metadata"]["labels"].items()
    names = {volume["name"] for volume in pod["spec"]["volumes"]}
    assert names == {mount["name"] for mount in container["volumeMounts"]}
    assert (
        pod["spec"]["volumes"][0]["persistentVolumeClaim"]["claimName"]
        == (claim["metadata"]["name"])
    )
    assert monitoring["data"]["monitoring.config"].split() == (
        SERVING.joinpath("monitoring.config").read_text().split()
    )


def test_images_have_a_fixed_tag():
    (container,) = documents("kubernetes.yaml")[1]["spec"]["template"]["spec"]["containers"]
    assert re.fullmatch(r"tensorflow/serving:\d+\.\d+\.\d+", container["image"])


def test_kserve_speaks_the_protocol_of_its_runtime():
    (service,) = documents("kserve.yaml")
    model = service["spec"]["predictor"]["model"]
    assert model["modelFormat"] == {"name": "tensorflow"} and model["protocolVersion"] == "v1"
    assert model["storageUri"].endswith(service["metadata"]["name"])
