"""How a run goes: phases, optimiser, intervals, devices."""

from dataclasses import dataclass, field
from typing import Optional

from inpaint_tf.config.check import require, require_choice

SCHEDULES = ("constant", "step", "cosine")
OPTIMIZERS = ("adam", "muon")
LARGEST_SIDE = 8192  # beyond any machine's memory, so a slip of the pen


@dataclass(frozen=True)
class PhaseConfig:
    """A stretch of training with one picture size, batch and set of losses.

    steps: generator updates.
    size: [height, width] of the pictures, multiples of 8.
    batch: pictures per update, of all replicas together.
    losses: `adversarial` plays against the critics, `reconstruction` has no critics.
    stage: `both`; or `coarse`, only the coarse network (with `reconstruction`).
    freeze_encoder_norm: keep the encoder's batch normalisation as it is, statistics and weights;
        for the second phase of partial convolutions, because holes shift the statistics.
    learning_rate: of generator and critics, at the start of the phase.
    schedule: `constant`; `step` multiplies the rate by `decay` every `decay_every` steps; `cosine`
        falls from `learning_rate` to `decay` times it over the phase.
    decay: see `schedule`.
    decay_every: generator updates between two steps of the schedule `step`.
    """

    steps: int = 1000000
    size: tuple = (256, 256)
    batch: int = 16
    losses: str = "adversarial"
    stage: str = "both"
    freeze_encoder_norm: bool = False
    learning_rate: float = 1e-4
    schedule: str = "constant"
    decay: float = 0.1
    decay_every: int = 100000

    def __post_init__(self):
        require(self.steps >= 1, "train.phases.steps", self.steps, "1 or more")
        require(self.batch >= 1, "train.phases.batch", self.batch, "1 or more")
        sizes = len(self.size) == 2 and all(isinstance(n, int) and n > 0 for n in self.size)
        require(
            sizes and all(n % 8 == 0 and n <= LARGEST_SIDE for n in self.size),
            "train.phases.size",
            self.size,
            f"[height, width], multiples of 8 up to {LARGEST_SIDE}",
        )
        require_choice("train.phases.losses", self.losses, ("adversarial", "reconstruction"))
        require_choice("train.phases.stage", self.stage, ("both", "coarse"))
        require(
            self.stage == "both" or self.losses == "reconstruction",
            "train.phases.losses",
            self.losses,
            "'reconstruction' with stage 'coarse': the critics judge the refined picture",
        )
        require(self.learning_rate > 0, "train.phases.learning_rate", self.learning_rate, "over 0")
        require_choice("train.phases.schedule", self.schedule, SCHEDULES)
        require(0 <= self.decay <= 1, "train.phases.decay", self.decay, "in [0, 1]")
        require(self.decay_every >= 1, "train.phases.decay_every", self.decay_every, "1 or more")


@dataclass(frozen=True)
class AdamConfig:
    """Adam as the paper's program sets it.

    shared: one optimizer for generator and critics, whose steps count together, as in the release.
    beta_1: decay of the mean gradient.
    beta_2: decay of the mean squared gradient.
    epsilon: added to the root of the latter, against division by zero.
    """

    shared: bool = False
    beta_1: float = 0.5
    beta_2: float = 0.9
    epsilon: float = 1e-8

    def __post_init__(self):
        for name in ("beta_1", "beta_2"):
            value = getattr(self, name)
            require(0 <= value < 1, f"train.adam.{name}", value, "in [0, 1)")
        require(self.epsilon > 0, "train.adam.epsilon", self.epsilon, "over 0")


@dataclass(frozen=True)
class TrainConfig:
    """The course of training; intervals in steps (generator updates), 0 is never.

    optimizer: of the generator. `adam` is the paper's; `muon` learns more per step, and uses the
        settings of `adam` for biases and output layers. Critics always have Adam.
    critic_updates: updates of the critics for each one of the generator.
    clip_norm: the bound of the norm of all gradients of the generator, and of those of the critics;
        null is off.
    average: decay of the generator's moving average, which is validated and saved as
        `weights.safetensors`; null saves the generator itself.
    precision: `bfloat16` computes convolutions in it, weights stay float32.
    xla: compile steps with XLA; faster on GPUs, slower on CPUs.
    deterministic: the same weights bit for bit in every run, at some cost.
    distribute: `mirrored` takes all GPUs of this machine, `multi_worker` several machines
        (TF_CONFIG), `none` one device.
    log_every: steps between lines of metrics.
    save_every: steps between checkpoints.
    keep: how many of the newest checkpoints are kept.
    keep_hours: also keeps one checkpoint for every so many hours; null keeps none.
    """

    phases: tuple[PhaseConfig, ...] = field(default_factory=lambda: (PhaseConfig(),))
    critic_updates: int = 5
    optimizer: str = "adam"
    adam: AdamConfig = field(default_factory=AdamConfig)
    clip_norm: Optional[float] = None
    average: Optional[float] = 0.999
    precision: str = "float32"
    xla: bool = False
    deterministic: bool = False
    distribute: str = "none"
    log_every: int = 10
    save_every: int = 1000
    keep: int = 3
    keep_hours: Optional[float] = None

    def __post_init__(self):
        require(len(self.phases) > 0, "train.phases", self.phases, "one phase or more")
        require(self.critic_updates >= 1, "train.critic_updates", self.critic_updates, "1 or more")
        require_choice("train.optimizer", self.optimizer, OPTIMIZERS)
        require(
            self.optimizer == "adam" or not self.adam.shared,
            "train.adam.shared",
            self.adam.shared,
            "false where train.optimizer is not adam: critics then have their own",
        )
        require_choice("train.precision", self.precision, ("float32", "bfloat16"))
        require_choice("train.distribute", self.distribute, ("none", "mirrored", "multi_worker"))
        require(
            self.average is None or 0 <= self.average < 1,
            "train.average",
            self.average,
            "null or in [0, 1)",
        )
        require(
            self.clip_norm is None or self.clip_norm > 0,
            "train.clip_norm",
            self.clip_norm,
            "null or over 0",
        )
        require(self.log_every >= 1, "train.log_every", self.log_every, "1 or more")
        require(self.save_every >= 1, "train.save_every", self.save_every, "1 or more")
        require(self.keep >= 1, "train.keep", self.keep, "1 or more")

    @property
    def steps(self):
        """Generator updates of all phases together."""
        return sum(phase.steps for phase in self.phases)


@dataclass(frozen=True)
class ValidationConfig:
    """Validation during training.

    every: steps between validations, 0 is never.
    pictures: the most pictures of `data.val` to use, the first by name.
    mask: `center` (the training box in the middle) or `drawn` (as in training, fixed by the seed).
    panels: pictures shown in TensorBoard and written to the run directory.
    """

    every: int = 0
    pictures: int = 100
    mask: str = "center"
    panels: int = 4

    def __post_init__(self):
        require(self.every >= 0, "validation.every", self.every, "0 (never) or more")
        require(self.pictures >= 1, "validation.pictures", self.pictures, "1 or more")
        require_choice("validation.mask", self.mask, ("center", "drawn"))
        require(self.panels >= 0, "validation.panels", self.panels, "0 or more")
