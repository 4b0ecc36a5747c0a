"""Columns of sets of pictures: which network looks, how pictures are counted, what is refused."""

import json
import zipfile

import h5py
import keras
import numpy as np
import pytest
import safetensors.numpy
import tensorflow as tf
from evaluate_files import HEIGHT, WIDTH, save_noisy_photos
from extras import reason_without

from inpaint_tf.errors import InputError
from inpaint_tf.evaluate import main
from inpaint_tf.evaluation.set_features import set_features
from inpaint_tf.evaluation.set_metrics import PairedFeatures, make_set_metrics
from inpaint_tf.weights import classifier_files
from inpaint_tf.weights.classifier_files import load_classifier
from inpaint_tf.weights.vgg_files import load_features


def picture(seed=0, height=HEIGHT, width=WIDTH):
    return np.random.default_rng(seed).integers(0, 256, [height, width, 3], np.uint8)


@pytest.fixture(scope="module")
def vgg(tmp_path_factory):
    """A file of a feature network of five blocks of one convolution each."""
    draw, arrays, channels = np.random.default_rng(0), {}, 3
    for block in range(1, 6):
        kernel = draw.normal(size=[3, 3, channels, 6]) / 3
        arrays[f"conv{block}_1/kernel"] = kernel.astype(np.float32)
        arrays[f"conv{block}_1/bias"] = draw.normal(size=[6]).astype(np.float32) / 9
        channels = 6
    path = tmp_path_factory.mktemp("vgg") / "small_net.safetensors"
    metadata = {"blocks": "1,1,1,1,1", "padding": "reflect", "preprocessing": "caffe"}
    safetensors.numpy.save_file(arrays, path, metadata)
    return str(path)


def a_model(*layers, size=(20, 32)):
    return keras.Sequential([keras.Input([*size, 3]), *layers])


def test_pooled_features_of_a_feature_network(vgg):
    network = set_features(vgg)
    image = picture()
    maps = load_features(vgg, ["relu5"])(tf.constant(image[None] / 255, tf.float32))
    want = 255 * 0.226 * np.mean(maps[0][0], axis=(0, 1))  # not divided for pictures in 0..255
    np.testing.assert_allclose(network.extract(image), want, rtol=1e-4)
    assert network.name == "small_net" and "relu5" in network.meaning


@pytest.mark.parametrize("suffix", ["keras", "h5"])
def test_whole_models_see_pictures_of_their_size_from_minus_one_to_one(suffix, tmp_path):
    path = str(tmp_path / f"own.{suffix}")
    model = a_model(keras.layers.Conv2D(5, 1))
    model.save(path)
    kernel, bias = model.get_weights()
    image = picture(height=20, width=32)  # of the network's size: nothing is scaled
    want = (image / 127.5 - 1).mean(axis=(0, 1)) @ kernel[0, 0] + bias
    network = set_features(path)
    np.testing.assert_allclose(network.extract(image), want, atol=1e-4)
    flat = np.full([40, 64, 3], 200, np.uint8)
    np.testing.assert_allclose(
        network.extract(flat), (200 / 127.5 - 1) * kernel[0, 0].sum(axis=0) + bias, atol=1e-4
    )
    assert network.name == "own" and "32x20" in network.meaning


def test_weights_decide_the_protocol(tmp_path):
    model = a_model(keras.layers.Conv2D(5, 1))
    told = []
    for name in ("a.keras", "b.keras"):
        model.save(tmp_path / name)
        told.append(set_features(str(tmp_path / name)).meaning)
        model.set_weights([2 * each for each in model.get_weights()])
    hashes = [meaning.split("weights ")[1][:64] for meaning in told]
    assert hashes[0] != hashes[1]


def test_code_in_files_is_refused(tmp_path):
    path = str(tmp_path / "x.h5")
    with h5py.File(path, "w") as file:
        layers = [{"class_name": "Lambda", "config": {"function": ["4wE=", None, None]}}]
        config = {"class_name": "Sequential", "config": {"layers": layers}}
        file.attrs["model_config"] = json.dumps(config)
    with pytest.raises(InputError, match=r"x.h5 names 'Lambda'.*Keras's own layers"):
        load_classifier(path)
    path = str(tmp_path / "x.keras")
    with zipfile.ZipFile(path, "w") as archive:
        config = {"module": "keras", "class_name": "Sequential", "config": {}}
        config["config"]["layers"] = [{"module": "os", "class_name": "system", "config": {}}]
        archive.writestr("config.json", json.dumps(config))
    with pytest.raises(InputError, match=r"x.keras names 'system' of 'os'"):
        load_classifier(path)


def test_other_files_are_sentences(tmp_path):
    words = tmp_path / "words.h5"
    words.write_text("hello")
    with pytest.raises(InputError, match="words.h5 is not a readable HDF5 file"):
        load_classifier(words)
    with h5py.File(tmp_path / "other.h5", "w") as file:
        file.create_group("dense_1")
    with pytest.raises(InputError, match="other.h5 holds neither a whole model nor the weights of"):
        load_classifier(tmp_path / "other.h5")
    a_model(keras.layers.Reshape([32, 60])).save(tmp_path / "three.keras")
    with pytest.raises(InputError, match=r"three.keras takes .* expected a network of pictures"):
        load_classifier(tmp_path / "three.keras")
    with pytest.raises(InputError, match="none.keras does not exist; expected mobilenet_v2"):
        load_classifier(tmp_path / "none.keras")


def test_no_network_is_a_sentence(monkeypatch):
    def make(**options):
        raise Exception("URL fetch failure on https://example.com: None")

    monkeypatch.setitem(
        classifier_files.APPLICATIONS, "mobilenet_v2", classifier_files.Application(make, 224, "x")
    )
    with pytest.raises(InputError, match="mobilenet_v2 needs weights that Keras downloads"):
        set_features("mobilenet_v2")


@pytest.mark.slow
def test_kerass_own_file_of_a_network_is_known_by_its_layers(tmp_path):
    """Written in the form in which Keras offers such weights."""
    model = keras.applications.MobileNetV2(
        input_shape=(224, 224, 3), include_top=False, pooling="avg", weights=None
    )
    path = str(tmp_path / "weights.h5")
    with h5py.File(path, "w") as file:
        file.attrs["layer_names"] = [layer.name.encode() for layer in model.layers]
        for layer in model.layers:
            group = file.create_group(layer.name)
            names = [f"w{number}:0" for number in range(len(layer.weights))]
            group.attrs["weight_names"] = [name.encode() for name in names]
            for name, weights in zip(names, layer.get_weights()):
                group[name] = weights
    network = set_features(path)
    assert network.name == "mobilenet_v2"
    image = picture(height=224, width=224)
    want = model(image[None] / 127.5 - 1)[0]
    np.testing.assert_allclose(network.extract(image), want, atol=1e-4)


def test_originals_with_several_holes_count_once_in_distances(vgg):
    sets = make_set_metrics(vgg)
    repeated, single = sets["frechet"].measure(), sets["frechet"].measure()
    for seed in range(4):
        for hole in range(3):
            repeated.add(picture(seed), picture(10 + 3 * seed + hole), None)
    extract = set_features(vgg).extract
    real = np.stack([extract(picture(seed)) for seed in range(4)])
    made = np.stack([extract(picture(10 + number)) for number in range(12)])
    assert repeated.result() == pytest.approx(single.compare(real, made), rel=1e-4)
    assert repeated.result() > 0


def test_one_picture_is_no_set():
    one = PairedFeatures(lambda image: image.mean(axis=(0, 1)), lambda real, made: 1.0)
    one.add(picture(0), picture(1), None)
    one.add(picture(0), picture(2), None)
    assert one.result() is None
    one.add(picture(3), picture(4), None)
    assert one.result() == 1.0


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    save_noisy_photos()
    return ["--images=photos", "--masks=center", "--weights=none"]


def test_columns_name_the_network(here, vgg, capsys):
    assert main([*here, f"--set_features={vgg}", "--output_dir=out"]) == 0
    out = capsys.readouterr().out
    heading = [cell.strip() for cell in out.splitlines()[0].split("|")]
    assert heading[-3:] == ["Fréchet (small_net)", "kernel x1000 (small_net)", ""]
    assert "FID" not in out and "KID" not in out
    with open("out/evaluation.json") as file:
        report = json.load(file)
    scores = {row["method"]: row["scores"] for row in report["results"]}
    assert scores["mean_color"]["frechet"] > 0 and "frechet" not in scores["original"]
    assert report["protocol"]["metrics"]["frechet"].startswith("squared Fréchet distance")
    with open("out/table.csv") as file:
        assert "frechet,kernel" in file.readline()


def test_columns_of_discrimination(here, vgg, capsys):
    pytest.importorskip("sklearn", reason=reason_without("metrics"))
    assert main([*here, f"--set_features={vgg}", "--ids"]) == 0
    out = capsys.readouterr().out
    assert "| P-IDS % (small_net) | U-IDS % (small_net) |" in out


def test_discrimination_needs_features(here, capsys):
    assert main([*here, "--ids"]) == 2
    assert "expected --set_features" in capsys.readouterr().err
