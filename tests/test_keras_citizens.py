"""Every layer and network within Keras: functional models, files, SavedModels, precision, calls."""

import subprocess
import sys

import keras
import numpy as np
import pytest
import tensorflow as tf
from test_get_config import KINDS

from inpaint_tf import layers
from inpaint_tf.models.critics import Critic, GlobalCritic, LocalCritic
from inpaint_tf.models.patch_critic import SNPatchCritic
from inpaint_tf.models.registry import MODELS

HEIGHT, WIDTH = 64, 72
# What is built by others, whose configuration they are part of; VGG's arguments are its weights.
PARTS = {
    "CoarseNetwork", "RefinementNetwork", "TwoStageGenerator", "ConvolutionStack",
    "PartialConvUnit", "Critic", "VggFeatures", "SamplingAttention",
}  # fmt: skip
GENERATORS = {
    "DeepFillV1": {"width": 4, "masking": "exclude"},
    "DeepFillV2": {"width": 4, "guided": True, "start": "level"},
    "PartialConvUNet": {"width": 4, "levels": 3},
}
# How to make each layer or critic, and the channels of its call arguments.
OTHERS = {
    "AppearanceFlow": (lambda **options: layers.AppearanceFlow(4, **options), [4, 4, 1]),
    "BatchNorm": (layers.BatchNorm, [3]),
    "ContextualAttention": (layers.ContextualAttention, [4, 4, 1]),
    "GatedConv2D": (lambda **options: layers.GatedConv2D(6, 3, activation="elu", **options), [3]),
    "MirrorPadConv2D": (lambda **options: layers.MirrorPadConv2D(4, 3, strides=2, **options), [3]),
    "PartialConv2D": (lambda **options: layers.PartialConv2D(4, 3, **options), [3, 1]),
    "SpatialTransformer": (lambda **options: layers.SpatialTransformer(4, **options), [4, 4, 1]),
    "SpectralConv2D": (lambda **options: layers.SpectralConv2D(4, 5, 2, **options), [3]),
    "UpsampleConv2D": (
        lambda **options: layers.UpsampleConv2D(
            layers.MirrorPadConv2D(4, 3, **options), **options
        ), [3],
    ),
    "LocalCritic": (lambda **options: LocalCritic((HEIGHT, WIDTH), width=4, **options), [3]),
    "GlobalCritic": (lambda **options: GlobalCritic((HEIGHT, WIDTH), width=4, **options), [3]),
    "SNPatchCritic": (lambda **options: SNPatchCritic(width=4, in_channels=4, **options), [4]),
}  # fmt: skip
NAMES = [*GENERATORS, *OTHERS]
# It must not matter what is imported first, and Keras knows every class afterwards.
REGISTERED = """
import sys
import inpaint_tf
assert "tensorflow" not in sys.modules
{imports}
known = keras.saving.get_custom_objects()
kinds = "DeepFillV1", "ContextualAttention", "SNPatchCritic"
assert {{"inpaint_tf>" + kind for kind in kinds}} <= set(known), known
assert not any(type(finder).__module__.startswith("inpaint_tf") for finder in sys.meta_path)
"""
LOADING = """
import numpy as np
arrays = dict(np.load("inputs.npz"))
for name in sys.argv[1:]:
    model = keras.models.load_model(name + ".keras")
    model.run_eagerly = True  # a graph for one call would take ten times as long
    given = [arrays[f"{name}_{place}"] for place in range(len(model.inputs))]
    outputs = model.predict(given if len(given) > 1 else given[0], verbose=0)
    for place, output in enumerate(outputs if isinstance(outputs, (list, tuple)) else [outputs]):
        arrays[f"{name}_out{place}"] = output
np.savez("outputs.npz", **arrays)
"""


def made(name, **options):
    """A small layer or network, and arrays to call it with, of a batch of two, not square."""
    if name in GENERATORS:
        kind = next(kind for kind in MODELS.values() if kind.__name__ == name)
        thing = kind(**GENERATORS[name], **options)
        channels = [3, 1, 1] if thing.guided else [3, 1]
    else:
        make, channels = OTHERS[name]
        thing = make(**options)
    rng = np.random.default_rng(len(name))
    inputs = [rng.uniform(-1, 1, [2, HEIGHT, WIDTH, n]).astype(np.float32) for n in channels]
    for place, n in enumerate(channels):
        if n == 1:  # a mask of its own for each item; for partial convolutions, what is known
            inputs[place] = np.zeros_like(inputs[place])
            inputs[place][0, 8:24, 16:56] = 1
            inputs[place][1, 20:60, 4:20] = 1
    return thing, inputs


def functional(name):
    """A functional model around one layer or network, as a user would make it, and its inputs."""
    thing, inputs = made(name)
    symbols = [keras.Input(x.shape[1:]) for x in inputs]
    output = thing(symbols) if name in GENERATORS else thing(*symbols)
    flat = tf.nest.flatten(output)
    if name in GENERATORS:  # what there is not is () in Keras 3, and nothing to take in Keras 2
        flat = [*output.stages, *([] if thing.attention is None else [output.offsets])]
    model = keras.Model(_alone(symbols), _alone(flat))
    return model, inputs, thing


def _alone(values):
    """A list, or its one item."""
    return values if len(values) > 1 else values[0]


def as_arrays(output):
    return [np.asarray(tf.cast(x, tf.float32)) for x in tf.nest.flatten(output) if x is not None]


def close(got, want):
    assert len(got) == len(want) and np.abs(want[0]).max() > 0
    for one, other in zip(got, want):
        assert one.shape == other.shape
        np.testing.assert_allclose(one, other, atol=2e-5)


def test_every_layer_and_network_is_a_case_here():
    kinds = {name.partition(">")[2] for name in KINDS}
    assert kinds == set(NAMES)
    found, waiting = set(), [keras.layers.Layer]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        if kind.__module__.startswith("inpaint_tf."):
            found.add(kind.__name__)
    assert found - PARTS == kinds
    assert not set(Critic.__subclasses__()) & PARTS


@pytest.fixture(scope="module")
def loaded_elsewhere(tmp_path_factory):
    """What functional models give here and, from their files, in a process that knows no more."""
    directory = tmp_path_factory.mktemp("files")
    arrays, here = {}, {}
    for name in NAMES:
        model, inputs, _ = functional(name)
        model.save(directory / f"{name}.keras")
        arrays.update({f"{name}_{place}": x for place, x in enumerate(inputs)})
        here[name] = as_arrays(model(_alone([tf.constant(x) for x in inputs])))
    np.savez(directory / "inputs.npz", **arrays)
    code = REGISTERED.format(imports="import keras") + LOADING
    subprocess.run([sys.executable, "-c", code, *NAMES], cwd=directory, check=True)
    with np.load(directory / "outputs.npz") as there:
        return {
            name: (here[name], [there[f"{name}_out{n}"] for n in range(len(here[name]))])
            for name in NAMES
        }


@pytest.mark.parametrize("name", NAMES)
def test_a_fresh_process_loads_the_keras_file(loaded_elsewhere, name):
    here, there = loaded_elsewhere[name]
    close(there, here)


# Of two networks of two stages the one with more inputs and kinds of layers is enough for a start.
@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=[pytest.mark.slow] * (name == "DeepFillV1")) for name in NAMES],
)
def test_a_functional_model_computes_the_same_and_survives_as_saved_model(name, tmp_path):
    model, inputs, thing = functional(name)
    want = as_arrays(thing(*[tf.constant(x) for x in inputs]))
    moves = name in ("SpectralConv2D", "SNPatchCritic")  # each call moves the norm's estimate
    for _ in range(80 if moves else 0):
        want = as_arrays(thing(*[tf.constant(x) for x in inputs]))
    close(as_arrays(model(_alone(inputs))), want)
    model.export(str(tmp_path / "saved"))
    saved = tf.saved_model.load(str(tmp_path / "saved"))
    called = saved.serve(_alone([tf.constant(x) for x in inputs]))
    close(as_arrays(called), want)


@pytest.mark.parametrize("name", NAMES)
def test_mixed_precision_keeps_weights_and_comes_near(name):
    half, inputs = made(name, dtype="mixed_bfloat16")
    thing, _ = made(name)
    inputs = [tf.constant(x) for x in inputs]
    half(*inputs), thing(*inputs)
    half.set_weights(thing.get_weights())
    assert all(tf.as_dtype(weight.dtype) == tf.float32 for weight in half.weights)
    got, want = as_arrays(half(*inputs))[0], as_arrays(thing(*inputs))[0]
    assert 0 < np.abs(got - want).mean() < 0.05 * np.abs(want).mean() + 1e-3


@pytest.mark.parametrize("name", NAMES)
def test_configuration_builds_the_same_again(name):
    thing, _ = made(name)
    again = type(thing).from_config(thing.get_config())
    assert again.get_config() == thing.get_config()


@pytest.mark.parametrize("name", GENERATORS)
def test_lists_and_dictionaries_are_the_same_call(name):
    generator, inputs = made(name)
    names = ("image", "mask", "sketch")[: len(inputs)]
    want = as_arrays(generator(*inputs))
    for given in (inputs, tuple(inputs), dict(zip(names, inputs))):
        close(as_arrays(generator(given)), want)
    close([generator.predict(inputs, verbose=0).last], [want[len(generator.stage_names) - 1]])
    other = as_arrays(generator([inputs[0], 1 - inputs[1], *inputs[2:]]))
    assert np.abs(other[0] - want[0]).max() > 1e-3


@pytest.mark.parametrize("name", [
    pytest.param("DeepFillV1", marks=pytest.mark.slow), "PartialConvUNet"
])  # fmt: skip
def test_fit_and_evaluate_with_a_loss_of_keras(name):
    options = {} if name == "PartialConvUNet" else {"attention": False}  # which takes longest
    generator, (image, mask) = made(name, **options)
    pictures = tf.data.Dataset.from_tensors(({"image": image, "mask": mask}, image))
    generator.compile(keras.optimizers.Adam(1e-3), loss="mae", metrics=["mse"])
    before = generator.evaluate(pictures, verbose=0, return_dict=True)
    stages = generator([image, mask], training=False).stages
    distances = [float(np.abs(stage - image).mean()) for stage in stages]
    assert before["loss"] == pytest.approx(sum(distances), rel=1e-4)
    squared = float(np.square(stages[-1] - image).mean())
    assert before["mse"] == pytest.approx(squared, rel=1e-4)
    history = generator.fit([image, mask], image, batch_size=2, epochs=8, verbose=0).history
    assert history["loss"][-1] < history["loss"][0]


def test_each_stage_has_a_loss_of_its_own_by_name():
    generator, (image, mask) = made("DeepFillV1")
    generator.compile(
        loss={"coarse": "mae", "refined": "mse"}, loss_weights={"coarse": 0.5, "refined": 2.0}
    )
    got = generator.evaluate([image, mask], image, verbose=0, return_dict=True)["loss"]
    coarse, refined = generator(image, mask).stages
    want = 0.5 * np.abs(coarse - image).mean() + 2 * np.square(refined - image).mean()
    assert got == pytest.approx(float(want), rel=1e-4)


# The others have two stages, which Keras exports as it does any layers.
@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[pytest.mark.stacks] * (name == "PartialConvUNet"))
        for name in GENERATORS
    ],
)
def test_export_gives_the_completed_picture(name, tmp_path):
    # Keras traces it four times, and attention takes longest; exported layers of it are tested too.
    options = {} if name == "PartialConvUNet" else {"attention": False}
    generator, inputs = made(name, **options)
    generator.export(str(tmp_path / "exported"))
    exported = tf.saved_model.load(str(tmp_path / "exported"))
    inputs = [tf.constant(x) for x in inputs]
    image, mask = inputs[:2]
    want = np.where(mask == 1, generator(*inputs).last, image)
    close([np.asarray(exported.serve(inputs))], [want])


@pytest.mark.skipif(
    keras.__version__.startswith("2."),
    reason="the summary of Keras 2 shows no shapes of nested layers (addons stack)",
)
@pytest.mark.parametrize("name", GENERATORS)
def test_summary_shows_nested_layers_and_their_shapes(name):
    lines = []
    made(name)[0].summary(expand_nested=True, print_fn=lambda line, **_: lines.append(line))
    table = "\n".join(lines)
    assert "?" not in table and "unbuilt" not in table and table.count("(None, None") > 5


def test_summary_works_on_either_keras(capsys):
    made("DeepFillV1")[0].summary(expand_nested=True)
    assert "contextual_attention" in capsys.readouterr().out


@pytest.mark.parametrize(
    "module",
    [
        "ops.image",  # imports TensorFlow, which imports Keras on one stack
        pytest.param("compat", marks=pytest.mark.slow),
        pytest.param("layers.gated_conv", marks=pytest.mark.slow),  # imports Keras
        pytest.param("models.critics", marks=pytest.mark.slow),
    ],
)
def test_registration_leaves_tensorflow_out_and_waits_for_modules_that_are_half_imported(module):
    code = REGISTERED.format(imports=f"import inpaint_tf.{module}, keras")
    subprocess.run([sys.executable, "-c", code], check=True)
