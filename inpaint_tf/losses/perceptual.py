"""Perceptual and style losses: how far apart pictures are in the features of a frozen network."""

import tensorflow as tf

from inpaint_tf.losses.adversarial import per_item


def perceptual_loss(features, truth):
    """Mean absolute difference of the features, added over the maps.

    Args:
        features, truth: lists of maps `[B, h, w, C]`.

    Returns:
        `[B]`.

    Source:
        Liu et al. 2018, section 3.3, for one of its two pictures.
    """
    return tf.add_n([per_item(tf.abs(a - b)) for a, b in zip(features, truth)])


def style_loss(features, truth):
    """Mean absolute difference of the features' Gram matrices, added over the maps.

    Args:
        features, truth: lists of maps `[B, h, w, C]`.

    Returns:
        `[B]`.

    Source:
        Liu et al. 2018, section 3.3, for one of its two pictures. Its K_n is the factor that
        `gram_matrix` has, not a divisor.
    """
    differences = [tf.abs(gram_matrix(a) - gram_matrix(b)) for a, b in zip(features, truth)]
    return tf.add_n([per_item(difference) for difference in differences])


def gram_matrix(features):
    """How strongly every two channels are active together.

    Formula:
        sum over positions of feature_c * feature_d, over C * H * W

    Args:
        features: `[B, H, W, C]`.

    Returns:
        `[B, C, C]`.

    Source:
        Gatys et al. 2015, with the divisor of Liu et al. 2018.
    """
    batch, height, width, channels = tf.unstack(tf.shape(features))
    columns = tf.reshape(features, [batch, height * width, features.shape[3]])
    # Divided before the product, which may overflow in half precision.
    scale = tf.math.rsqrt(tf.cast(channels * height * width, tf.float32))
    columns *= tf.cast(scale, features.dtype)
    return tf.matmul(columns, columns, transpose_a=True)


def feature_losses(extract, image, prediction, completed):
    """Both losses of a prediction, as it is and with the known pixels put back.

    Args:
        extract: function of RGB pictures `[B, H, W, 3]` in [0, 1] to a list of maps, each item
            alone.
        image, prediction, completed: `[B, H, W, 3]` in [0, 1]: the photo, the network's picture,
            and that with the photo outside the hole.

    Returns:
        (perceptual, style), each `[B]`, the sum for both pictures.

    Source:
        Liu et al. 2018, section 3.3.
    """
    truth = [tf.stop_gradient(each) for each in extract(tf.stop_gradient(image))]
    both = extract(tf.concat([prediction, completed], axis=0))
    twice = [tf.concat([each, each], axis=0) for each in truth]
    perceptual = tf.reshape(perceptual_loss(both, twice), [2, -1])
    style = tf.reshape(style_loss(both, twice), [2, -1])
    return tf.reduce_sum(perceptual, axis=0), tf.reduce_sum(style, axis=0)
