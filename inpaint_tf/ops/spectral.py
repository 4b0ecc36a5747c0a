"""A matrix divided by its largest singular value, which one power iteration estimates."""

import tensorflow as tf

EPSILON = 1e-12  # added to the lengths that vectors are divided by


def normalize_spectrum(kernel, u):
    """Divides a kernel by its spectral norm; gradients as the release computes them.

    The backward pass goes through the power iteration. Where it needs the vector that the iteration
    began with, it takes the one that it ended with: the release keeps both in one variable, which
    is overwritten by then.

    Args:
        kernel: `[..., O]`, seen as a matrix with one column for every output channel.
        u: `[1, O]`, from the last evaluation.

    Returns:
        (kernel divided, new `u`); no gradient reaches `u`.

    Formula:
        v = unit(u W^T), u' = unit(v W), W / (v W u'^T), with unit(x) = x / (|x| + 1e-12)

    Source:
        Miyato et al., "Spectral Normalization for Generative Adversarial Networks", ICLR 2018, as
        `kernel_spectral_norm` of the release v2.0.0 has it. Differs from the paper, which holds
        both vectors constant: see `normalize_spectrum_held`.
    """
    u = tf.stop_gradient(u)

    @tf.custom_gradient
    def compute(kernel):
        matrix = tf.reshape(kernel, [-1, kernel.shape[-1]])  # [N, O]
        a = tf.matmul(u, matrix, transpose_b=True)  # [1, N]
        v = _unit(a)
        b = tf.matmul(v, matrix)  # [1, O]
        new_u = _unit(b)
        norm = tf.reduce_sum(b * new_u)

        def gradient(upstream, _):
            upstream = tf.reshape(upstream, tf.shape(matrix))
            d_norm = -tf.reduce_sum(upstream * matrix) / norm**2
            d_b = d_norm * (new_u + _unit_gradient(b, b))  # as a factor, and through new_u
            d_a = _unit_gradient(a, tf.matmul(d_b, matrix, transpose_b=True))
            d_matrix = upstream / norm
            d_matrix += tf.matmul(v, d_b, transpose_a=True)
            d_matrix += tf.matmul(d_a, new_u, transpose_a=True)  # not u: see above
            return tf.reshape(d_matrix, tf.shape(kernel))

        return (tf.reshape(matrix / norm, tf.shape(kernel)), new_u), gradient

    return compute(kernel)


def normalize_spectrum_held(kernel, u):
    """As `normalize_spectrum`, but gradients take the vectors of the iteration as constants.

    Source:
        Miyato et al., ICLR 2018, section 2.1 and equation 12; what most programs do.
    """
    matrix = tf.reshape(kernel, [-1, kernel.shape[-1]])
    v = tf.stop_gradient(_unit(tf.matmul(u, matrix, transpose_b=True)))
    b = tf.matmul(v, matrix)
    new_u = tf.stop_gradient(_unit(b))
    return kernel / tf.reduce_sum(b * new_u), new_u


def _unit(x):
    return x / (tf.sqrt(tf.reduce_sum(x**2)) + EPSILON)


def _unit_gradient(x, upstream):
    """The gradient with respect to `x`, from that with respect to `_unit(x)`."""
    length = tf.sqrt(tf.reduce_sum(x**2))
    along = tf.reduce_sum(upstream * x)
    return upstream / (length + EPSILON) - x * along / (length * (length + EPSILON) ** 2)
