"""Adam as the paper's program used it, with one step counter for all the variables given."""

import tensorflow as tf

from inpaint_tf.training.replicas import counter, in_replicas


class Adam:
    """Slots and counter of Adam; `apply` updates some or all of its variables.

    It is our own because generator and critics may share one counter, because Keras 2 and 3 differ
    in slots and files, and because a step that captures nothing but `tf.Variable`s compiles and
    resumes exactly.

    Formula:
        rate = learning_rate * sqrt(1 - beta_2^t) / (1 - beta_1^t)
        variable -= rate * m / (sqrt(v) + epsilon)

    Args:
        variables: tf.Variables.
        beta_1, beta_2: decay of the means of the gradient and of its square.
        epsilon: added outside the bias correction, as in TensorFlow 1.

    Source:
        Kingma and Ba 2015, the form "just before section 2.1".
    """

    def __init__(self, variables, beta_1=0.5, beta_2=0.9, epsilon=1e-8):
        self.beta_1, self.beta_2, self.epsilon = beta_1, beta_2, epsilon
        self.iterations = counter("iterations")
        self.first_moments = [slot(variable, "mean") for variable in variables]
        self.second_moments = [slot(variable, "square") for variable in variables]
        self._indices = {id(variable): index for index, variable in enumerate(variables)}

    def apply(self, gradients, variables, learning_rate):
        """One step on `variables`; the counter always grows by one.

        Args:
            gradients: one per variable; None leaves the variable and its slots unchanged.
            variables: some of those given at the start.
            learning_rate: float32 scalar.
        """
        self.iterations.assign_add(1)
        step = tf.cast(self.iterations, tf.float32)
        powers = tf.stack([self.beta_1**step, self.beta_2**step])
        for gradient, variable in zip(gradients, variables):
            if gradient is not None:
                index = self._indices[id(variable)]
                in_replicas(
                    self._update,
                    variable,
                    self.first_moments[index],
                    self.second_moments[index],
                    gradient,
                    powers,
                    learning_rate,
                )

    def named(self, prefix):
        """Counter and slots by name, for a checkpoint."""
        slots = {f"{prefix}/iterations": self.iterations}
        for index, (mean, square) in enumerate(zip(self.first_moments, self.second_moments)):
            slots[f"{prefix}/{index}/mean"] = mean
            slots[f"{prefix}/{index}/square"] = square
        return slots

    def take_over(self, other, variables):
        """Takes over the counter and the moments of some variables from another Adam."""
        self.iterations.assign(other.iterations)
        for variable in variables:
            own, others = self._indices[id(variable)], other._indices[id(variable)]
            self.first_moments[own].assign(other.first_moments[others])
            self.second_moments[own].assign(other.second_moments[others])

    def _update(self, variable, mean, square, gradient, powers, learning_rate):
        tf.raw_ops.ResourceApplyAdam(
            var=variable.handle,
            m=mean.handle,
            v=square.handle,
            beta1_power=powers[0],
            beta2_power=powers[1],
            lr=learning_rate,
            beta1=self.beta_1,
            beta2=self.beta_2,
            epsilon=self.epsilon,
            grad=tf.cast(gradient, variable.dtype),
        )


def slot(variable, name):
    """Zeros that an optimizer keeps for a variable."""
    return tf.Variable(tf.zeros(variable.shape, variable.dtype), trainable=False, name=name)
