"""What generators and layers refuse, and what their help tells."""

import numpy as np
import pytest
from test_keras_citizens import OTHERS, made

import inpaint_tf
from inpaint_tf.models.registry import MODELS, options_of


@pytest.mark.parametrize(
    "wrong, message",
    [
        (
            lambda image, mask: (image[0], mask),
            r"image must be \[B, H, W, 3\] .* shape \(64, 72",
        ),
        (lambda image, mask: (image.astype(np.uint8), mask), "image must be .* got uint8; tf.cast"),
        (lambda image, mask: (image, mask > 0), "mask must be .* got bool"),
        (lambda image, mask: (image, image), r"mask must be \[B, H, W, 1\] floats of 0 and 1"),
        (lambda image, mask: (image, mask[:, :56]), "mask must have the picture's .* 64, 72"),
        (lambda image, mask: (image,), "there is no mask"),
        (lambda image, mask: ([image],), r"takes \[image, mask\] or .* got 1 item\b"),
        (lambda image, mask: ({"picture": image},), "'image', 'mask', 'sketch', got 'picture'"),
    ],
)
@pytest.mark.parametrize("name", ["DeepFillV1", "PartialConvUNet"])
def test_tensors_that_do_not_suit_get_a_sentence(name, wrong, message):
    generator, (image, mask) = made(name)
    with pytest.raises(ValueError, match=message):
        generator(*wrong(image, mask))


@pytest.mark.parametrize("name", OTHERS)
def test_features_that_do_not_suit_get_a_sentence(name):
    layer, inputs = made(name)
    layer(*inputs)
    with pytest.raises(ValueError, match=r"must be \[B, H, W, C\]|expected min_ndim=4"):
        layer(*[x[0] for x in inputs])
    with pytest.raises(ValueError, match=r"must be \[B, H, W, C\] floats, got int32"):
        layer(*[x.astype(np.int32) for x in inputs])


def test_help_lists_every_option():
    text = inpaint_tf.create_model.__doc__
    for name, kind in MODELS.items():
        assert name in text
        for option in options_of(kind).values():
            assert str(option) in text
    assert type(inpaint_tf.create_model(name="deepfill_v1", width=2)).__name__ == "DeepFillV1"
