"""The short form of the generator gives the completed picture of the whole computation."""

import functools

import numpy as np
import pytest
import tensorflow as tf
from small_networks import lively

from inpaint_tf.models.architecture import (
    COARSE_DECODER,
    COARSE_ENCODER,
    DECODER,
    DILATED_BRANCH,
    input_span,
    output_span,
)
from inpaint_tf.ops.image import composite, masked_image
from inpaint_tf.ops.spans import Span, hole_spans

HEIGHT, WIDTH = 136, 168


def slow(**options):
    return pytest.param(options, marks=pytest.mark.slow)


@functools.cache  # compiling takes longer than everything else here
def forms_of(**options):
    """The whole computation of a lively network as it is, and its short form compiled."""
    model = lively(features=2, **options)
    spec = [tf.TensorSpec([None, None, None, channels]) for channels in (3, 1)]

    def whole(masked, mask):
        return composite(model(masked, mask).refined, masked, mask)

    return whole, tf.function(model.complete, input_signature=spec)


def image_of(batch, seed=1, height=HEIGHT, width=WIDTH):
    shape = (batch, height, width, 3)
    return np.random.default_rng(seed).uniform(-1, 1, shape).astype(np.float32)


def assert_forms_agree(forms, image, masks):
    """The short form is asked mask by mask, the whole computation for all of them at once."""
    whole, short = forms
    everything = np.concatenate(masks)
    wanted = whole(masked_image(np.concatenate([image] * len(masks)), everything), everything)
    for mask, want in zip(masks, np.split(np.asarray(wanted), len(masks))):
        got = np.asarray(short(masked_image(image, mask), mask))
        assert mask.sum() < 9 or want[mask[..., 0] > 0].std() > 0.01
        # Convolutions of another size add up in another order; values are up to 1.
        np.testing.assert_allclose(got, want, atol=1e-5)
        known = mask[..., 0] == 0
        np.testing.assert_array_equal(got[known], image[known])


def boxes(*places, height=HEIGHT, width=WIDTH):
    mask = np.zeros([len(places), height, width, 1], np.float32)
    for item, (top, left, height, width) in zip(mask, places):
        item[top : top + height, left : left + width] = 1
    return mask


@pytest.mark.parametrize("options", [slow(), slow(padding="same"), slow(padding="reflect"),
                                     slow(attention=False), slow(implementation="patches"),
                                     {"name": "deepfill_v2"},
                                     slow(name="deepfill_v2", padding="same")],
                         ids=str)  # fmt: skip
def test_boxes_and_lines(options):
    places = (
        [(40, 50, 50, 60), (60, 90, 20, 40)],  # a batch with different holes
        [(0, 0, HEIGHT, WIDTH)] * 2,  # nothing is known
        [(0, 83, HEIGHT, 1)] * 2,  # a thin line from top to bottom
        [(71, 0, 1, WIDTH), (71, 0, 1, 5)],
        [(0, 0, 3, 3), (0, 0, 1, 1)],
        [(HEIGHT - 2, WIDTH - 30, 2, 30)] * 2,
        [(70, 80, 0, 0)] * 2,  # no hole
    )
    assert_forms_agree(forms_of(**options), image_of(2), [boxes(*each) for each in places])


@pytest.mark.parametrize("top, left", [(64, 80), (0, 0), (HEIGHT - 8, WIDTH - 8)])
def test_one_pixel_at_every_offset(top, left):
    masks = []
    for down in range(8):
        right = (3 * down) % 8
        masks.append(boxes((top + down, left + right, 1, 1)))
        masks.append(boxes((top + down, left, 1, 30)))
        masks.append(boxes((top - 20 if top else 0, left + down, 28, 1)))
    assert_forms_agree(forms_of(), image_of(1), masks)


@pytest.mark.parametrize("options", [{}, {"padding": "same"}, slow(padding="reflect"),
                                     {"attention": False}, {"name": "deepfill_v2"}],
                         ids=str)  # fmt: skip
def test_encoders_see_only_what_reaches_the_hole(options):
    """Pictures so long that the encoders are given a part: not at their ends, and at each end."""
    forms = forms_of(**options)
    for size in ((72, 456), (456, 72)):
        masks = []
        for along in (0, 3, 150, 201, 206, 227, 228, 300, 452):
            place = (20, along, 9, 4) if size[0] == 72 else (along, 20, 4, 9)
            masks.append(boxes(place, height=size[0], width=size[1]))
        assert_forms_agree(forms, image_of(1, height=size[0], width=size[1]), masks)


@pytest.mark.parametrize("attention", [True, False])
def test_encoders_are_given_a_part(attention, monkeypatch):
    model = lively(features=2, attention=attention)
    given = []

    def noted(stack, name):
        call = stack.call

        def run(x, *arguments, **options):
            given.append((name, int(x.shape[1]), int(x.shape[2])))
            return call(x, *arguments, **options)

        monkeypatch.setattr(stack, "call", run)

    noted(model.coarse_network.stack, "coarse")
    noted(model.refinement_network.dilated_branch, "dilated")
    noted(model.refinement_network.decoder, "decoder")
    mask = boxes((20, 228, 4, 9), height=72, width=456)
    model.complete(masked_image(image_of(1, height=72, width=456), mask), mask)
    assert [name for name, _, _ in given] == ["coarse"] * 6 + ["dilated"] * 5 + ["decoder"]
    coarse, decoder, dilated = given[:5], given[5], given[6:11]
    assert coarse[0][1:] == (72, coarse[0][2]) and 300 < coarse[0][2] < 340
    tail = 16 if attention else 0  # pixels that the two convolutions after the attention reach
    assert dilated[0][1:] == (72, coarse[0][2] + tail)
    assert decoder[1] < 16 and decoder[2] < 20 and given[11][2] < 20
    # A row of dilation d needs d features less on either side than the row before it gave.
    for parts in (coarse, dilated):
        widths = [width for _, _, width in parts[1:]]
        assert np.diff(widths).tolist() == [-4, -8, -16]
        assert widths[-1] - 32 == (decoder[2] if parts is coarse else given[11][2])


@pytest.mark.parametrize("encoder", [COARSE_ENCODER, DILATED_BRANCH], ids=["coarse", "dilated"])
@pytest.mark.parametrize("padding", ["symmetric", "same"])
def test_span_of_an_encoder_is_what_its_gradient_reaches(encoder, padding):
    model = lively(features=2, padding=padding)
    network = (
        model.coarse_network.stack if encoder[0].name == "conv1"
        else model.refinement_network.dilated_branch
    )  # fmt: skip
    picture = tf.constant(np.random.default_rng(3).normal(size=[1, 72, 472, 5]), tf.float32)
    for start, size in ((0, 3), (56, 1), (57, 4), (110, 8)):
        with tf.GradientTape() as tape:
            tape.watch(picture)
            features = network(picture, last=len(encoder))
            chosen = tf.reduce_sum(features[:, :, start : start + size] ** 2)
        reached = np.flatnonzero(np.abs(tape.gradient(chosen, picture)).sum((0, 1, 3)))
        span = input_span(encoder, Span(start, size), 472)
        assert span.start % 4 == 0 and span.size % 4 == 0
        assert 0 <= reached[0] - span.start < 8
        assert 0 <= span.stop - 1 - reached[-1] < 8
    assert input_span(encoder, Span(57, 4), 472).size < 330


def test_decoder_looks_at_seven_features_or_fewer_around_a_pixel():
    # From pixel 100: +-3 at full size, 48..51; +-2 at half, 23..26; +-2 at a quarter, 21..28.
    span = input_span(DECODER, Span(100, 1), 64)
    assert (span.start, span.stop) == (((100 - 3) // 2 - 2) // 2 - 2, ((103 // 2) + 2) // 2 + 3)
    assert output_span(DECODER, Span(3, 5)) == Span(12, 20)
    assert input_span(COARSE_DECODER, Span(0, 4), 64).start == 0
    assert input_span(DECODER, Span(250, 6), 64).stop == 64


def test_spans_of_the_holes_of_a_batch():
    rows, columns = hole_spans(boxes((10, 20, 3, 4), (12, 100, 30, 1)))
    assert [int(x) for x in (*rows, *columns)] == [10, 32, 20, 81]


@functools.cache
def with_offsets(**options):
    """A lively network, and its short form with offsets compiled."""
    model = lively(**options)
    spec = [tf.TensorSpec([None, None, None, channels]) for channels in (3, 1)]
    return model, tf.function(
        lambda image, mask: model.complete(image, mask, with_offsets=True), input_signature=spec
    )


@pytest.mark.parametrize("options", [{}, slow(implementation="patches")], ids=str)
def test_offsets_of_cells_that_touch_a_hole(options):
    model, short = with_offsets(**options)
    image = image_of(2)
    for places in (
        [(40, 50, 50, 60), (60, 90, 20, 40)],  # in the middle, a mask per item
        [(0, 0, HEIGHT, WIDTH // 2), (0, 0, 20, 30)],  # along borders
        [(HEIGHT - 30, WIDTH - 40, 30, 40)] * 2,
    ):
        mask = boxes(*places)
        completed, offsets = (np.asarray(part) for part in short(image, mask))
        want = np.asarray(model(image, mask).offsets)
        assert offsets.shape == want.shape == (2, HEIGHT // 8, WIDTH // 8, 2)
        touched = tf.nn.max_pool2d(mask, 8, 8, "VALID")[..., 0].numpy() > 0
        # Sums of another order may choose another of two keys that are as good.
        assert (offsets == want)[touched].mean() > 0.995
        assert len(np.unique(want[touched], axis=0)) > 10
        np.testing.assert_array_equal(completed, np.asarray(short(image, mask)[0]))


def test_no_offsets_without_attention():
    model = lively(attention=False)
    image, mask = image_of(1), boxes((40, 50, 50, 60))
    completed, offsets = model.complete(image, mask, with_offsets=True)
    assert offsets is None
    np.testing.assert_array_equal(completed, model.complete(image, mask))


def test_best_keys_are_not_computed_unless_wanted():
    def searches(traced):
        graph = traced.get_concrete_function().graph.as_graph_def(add_shapes=True)
        nodes = [*graph.node, *(node for f in graph.library.function for node in f.node_def)]
        found = [node for node in nodes if node.op == "ArgMax"]
        # Those over vectors find the box of the hole.
        return [n for n in found if len(n.attr["_output_shapes"].list.shape[0].dim) > 0]

    assert not searches(forms_of()[1]) and searches(with_offsets()[1])
