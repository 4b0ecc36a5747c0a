"""Muon: steps that move all directions of a kernel equally."""

import tensorflow as tf

from inpaint_tf.training.adam import Adam, slot
from inpaint_tf.training.replicas import in_replicas

SMALLEST = 5  # columns and rows of a matrix that makes it worthwhile; output layers have 3
ITERATIONS = 5
COEFFICIENTS = (3.4445, -4.7750, 2.0315)


class Muon:
    """Momentum for kernels, made orthogonal before each step; Adam for everything else.

    A kernel `[kh, kw, in, out]` is taken as a matrix of `kh * kw * in` rows and `out` columns. The
    step has the directions of the mean gradient, all with the same weight, so rare and faint
    directions are learnt as fast as the others. Its root mean square is about `learning_rate` in
    each kernel, several times that of Adam's steps.

    Args:
        variables: tf.Variables.
        beta_1, beta_2, epsilon: Adam's, for biases and for kernels of fewer than 5 outputs.
        momentum: decay of the mean of a kernel's gradient.

    Source:
        Jordan et al. 2024, "Muon: an optimizer for hidden layers in neural networks", with
        Nesterov's momentum. The paper's program used Adam throughout.
    """

    def __init__(self, variables, beta_1=0.9, beta_2=0.99, epsilon=1e-8, momentum=0.95):
        self.momentum = momentum
        self.means = {id(v): slot(v, "mean") for v in variables if _is_matrix(v)}
        rest = [variable for variable in variables if id(variable) not in self.means]
        self.adam = Adam(rest, beta_1, beta_2, epsilon)

    def apply(self, gradients, variables, learning_rate):
        """One step on `variables`; arguments as in `Adam.apply`."""
        rest = []
        for gradient, variable in zip(gradients, variables):
            mean = self.means.get(id(variable))
            if mean is None:
                rest.append((gradient, variable))
            elif gradient is not None:
                in_replicas(self._update, variable, mean, gradient, learning_rate)
        self.adam.apply([pair[0] for pair in rest], [pair[1] for pair in rest], learning_rate)

    def named(self, prefix):
        """Counter and slots by name, for a checkpoint."""
        means = {f"{prefix}/kernels/{i}/mean": mean for i, mean in enumerate(self.means.values())}
        return {**self.adam.named(prefix), **means}

    def _update(self, variable, mean, gradient, learning_rate):
        gradient = tf.cast(gradient, variable.dtype)
        mean = mean.assign(self.momentum * mean + (1 - self.momentum) * gradient)
        ahead = self.momentum * mean + (1 - self.momentum) * gradient  # Nesterov's
        matrix = tf.reshape(ahead, [-1, variable.shape[-1]])
        length = max(matrix.shape) ** 0.5
        step = tf.reshape(orthogonal(matrix), variable.shape)
        variable.assign_sub(learning_rate * length * step)


def orthogonal(matrix):
    """Roughly the nearest orthogonal matrix: the same singular vectors, all values about 1.

    Five steps of a Newton-Schulz iteration, after which all but tiny singular values lie between
    0.7 and 1.2.

    Args:
        matrix: `[rows, columns]`, of known size.

    Returns:
        The same shape; zeros for zeros.
    """
    rows, columns = matrix.shape
    if rows < columns:
        return tf.transpose(orthogonal(tf.transpose(matrix)))
    first, third, fifth = COEFFICIENTS
    matrix = tf.math.divide_no_nan(matrix, tf.norm(matrix))
    for _ in range(ITERATIONS):
        square = tf.matmul(matrix, matrix, transpose_a=True)
        square = third * square + fifth * tf.matmul(square, square)
        matrix = first * matrix + tf.matmul(matrix, square)
    return matrix


def _is_matrix(variable):
    if variable.shape.rank != 4:
        return False
    outputs = variable.shape[-1]
    return min(outputs, variable.shape.num_elements() // outputs) >= SMALLEST
