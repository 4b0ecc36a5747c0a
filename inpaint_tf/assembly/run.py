"""One training run, from configuration and directory to finished weights."""

import contextlib
import logging
import os

import tensorflow as tf
from safetensors import SafetensorError

from inpaint_tf.assembly.devices import device_sentence, is_chief, make_strategy
from inpaint_tf.assembly.faces import with_faces
from inpaint_tf.assembly.initial import initial_weights, require_statistics
from inpaint_tf.assembly.parts import make_loader, make_validation, mask_notices
from inpaint_tf.assembly.phases import PhaseMaker
from inpaint_tf.config.load import to_config, to_values, to_yaml
from inpaint_tf.errors import InputError
from inpaint_tf.inference.gate_picture import gate_picture
from inpaint_tf.training import dry_run
from inpaint_tf.training.checkpoints import Checkpoints, require_room, required_bytes
from inpaint_tf.training.console import Console
from inpaint_tf.training.records import NoRecords, Records, save_picture
from inpaint_tf.training.run_directory import (
    CHECKPOINTS,
    LOG,
    WEIGHTS,
    occupied,
    require_same_run,
    write_config,
)
from inpaint_tf.training.signals import stopping_on_signals
from inpaint_tf.training.trainer import Intervals, Trainer
from inpaint_tf.visualization.panels import stage_panels
from inpaint_tf.weights.safetensors import save_model, says_detail

TALK = logging.getLogger("inpaint_tf.training")
SHEET = "dry_run.png"
FEW = 3  # notices about masks that are told


class Run:
    """A run that can be prepared, tried, and trained.

    Args:
        config: `Config`.
        directory: the run directory.
        stream: where a progress bar goes, if it is a terminal.
    """

    def __init__(self, config, directory, stream):
        self.config, self.directory, self.stream = config, directory, stream
        self.strategy = make_strategy(config.train.distribute, config.train.phases)
        self.chief = is_chief(self.strategy)
        self.skipped = []
        self.log_path = os.path.join(directory, LOG) if self.chief else None
        self.checkpoints = Checkpoints(
            os.path.join(directory, CHECKPOINTS),
            config.train.keep,
            config.train.keep_hours,
            writes=self.chief,
        )

    @contextlib.contextmanager
    def claimed(self):
        """Within it no other process trains in the directory; `InputError` if one does already."""
        if not self.chief:  # writes nothing
            yield
            return
        require_room(self.directory, 0)
        with occupied(self.directory):
            yield

    def prepare(self, resume=True, init_weights=None, dry_run=False):
        """Checks what can be checked, and builds the network.

        Raises:
            InputError: the directory cannot be written or holds another run, or the data or the
                initial weights cannot be used.
        """
        if self.chief:
            require_room(self.directory, 0)
        self.config, faces = with_faces(
            self.config, self.directory, self.chief, lambda sentence: TALK.info("%s", sentence)
        )
        self.first_step, _ = self.checkpoints.latest()
        if not self.first_step:
            require_statistics(self.config, init_weights)
        elif not dry_run:
            self._require_continuable(resume, init_weights)
        if self.config.train.deterministic:
            tf.config.experimental.enable_op_determinism()
        # Refuses data that is not there.
        loader = make_loader(self.config, self.config.train.phases[0].size)
        if not dry_run:  # before what takes long
            TALK.info("%s", device_sentence(self.strategy, self.config.train.precision))
            TALK.info("pictures: %d to train on", len(loader.paths))
        for sentence in mask_notices(self.config)[:FEW]:
            TALK.info("notice: %s", sentence)
        weights = initial_weights(init_weights, self.config) if init_weights else None
        self.detail = weights.detail if weights else self._kept_detail()
        self.make_phase = PhaseMaker(
            self.config, self.strategy, self._skipped, weights.arrays if weights else None, faces
        )
        if weights:
            for sentence in self.make_phase.begin_with(weights):
                TALK.info("%s", sentence)
        if self.chief and not dry_run:
            variables = self.make_phase.generator_variables.values()
            # Weights, average and two slots of each; the critics are of the same order.
            require_room(self.directory, 8 * required_bytes(variables, self.config.train.keep))
            write_config(self.directory, to_yaml(self.config))

    def train(self):
        """Trains until the end or a signal; returns the exit status, 0."""
        steps = self.config.train.steps
        records = Records(self.directory, self.first_step) if self.chief else NoRecords()
        console = Console(steps, self.first_step, self.stream)
        try:
            with stopping_on_signals() as stop:
                if not self.first_step:
                    records.configuration(to_yaml(self.config), to_values(self.config))
                trainer = self._trainer(records, console)
                if self.first_step:
                    console.tell(f"going on after step {self.first_step} of {steps}")
                step = trainer.run(stop)
        except (OSError, SafetensorError) as error:
            raise InputError(
                f"The run directory {self.directory} cannot be written: {error}; its last complete "
                f"checkpoint is of step {self.checkpoints.latest()[0]}."
            ) from error
        finally:
            console.close()
            with contextlib.suppress(OSError):
                records.close()
        if stop:
            TALK.info("%s: saved step %d of %d; the same command goes on.", stop.name, step, steps)
        else:
            TALK.info("finished %d steps; weights are in %s", step, self.directory)
        return 0

    def dry_run(self):
        """Checks every picture, draws examples, measures; returns the exit status, 0."""
        loader = make_loader(self.config, self.config.train.phases[0].size)
        bad = dry_run.check_pictures(loader, self.stream)
        for sentence in bad.values():
            TALK.info("cannot be used: %s", sentence)
        TALK.info("data: %d pictures, %d cannot be used", len(loader.paths), len(bad))
        make_validation(self.config)
        for number, plan in enumerate(self.config.train.phases):
            phase = self.make_phase(number)
            batches = phase.batches(0)
            if number == 0:
                path = os.path.join(self.directory, SHEET)
                save_picture(path, dry_run.example_sheet(batches))
                TALK.info("examples: %s", path)
                self._tell_size()
            seconds = dry_run.measure(phase, batches)
            self._tell_speed(number, plan, phase, seconds)
        used, where = dry_run.peak_memory()
        if used is not None:
            TALK.info("memory: %.2f GiB %s", used / 2**30, where)
        return 0

    def _tell_size(self):
        count = sum(v.shape.num_elements() for v in self.make_phase.generator_variables.values())
        size = self.config.train.phases[0].size
        operations = dry_run.flops(self.make_phase.generator, size)
        TALK.info("generator: %s parameters", f"{count:,}")
        TALK.info("generator: %.2f GFLOP for one %dx%d picture", operations / 1e9, *size)

    def _tell_speed(self, number, plan, phase, seconds):
        for name, value in seconds.items():
            TALK.info("phase %d: %s %.3f s (batch %d)", number, name, value, plan.batch)
        step = seconds["generator update"] + phase.critic_updates * seconds.get("critic update", 0)
        TALK.info(
            "phase %d: %.3f s per step, %.1f hours for %d steps",
            number,
            step,
            step * plan.steps / 3600,
            plan.steps,
        )

    def _trainer(self, records, console):
        validation, truth = make_validation(self.config) if self.chief else (None, None)
        baseline, examine = None, None
        if validation is not None:
            baseline = {**validation.baseline(), "truth_contrast": truth}
            console.tell(
                f"OpenCV's Telea on the validation pictures: l1 {baseline['l1']:.2f} %  "
                f"l2 {baseline['l2']:.2f} %  PSNR {baseline['psnr']:.2f}  "
                f"SSIM {baseline['ssim']:.4f}  TV {baseline['tv']:.2f} %"
            )
            if not self.first_step:
                records.scalars(0, baseline, kind="telea")
            examine = self._examiner(validation)
        train = self.config.train
        return Trainer(
            seed=self.config.seed,
            lengths=[phase.steps for phase in train.phases],
            make_phase=self.make_phase,
            checkpoints=self.checkpoints,
            intervals=Intervals(train.log_every, train.save_every, self.config.validation.every),
            records=records,
            console=console,
            save_weights=self._save_weights,
            examine=examine,
            baseline=baseline,
        )

    def _examiner(self, validation):
        count = self.config.validation.panels

        def examine():
            generate = self.make_phase.validated()
            pictures = {}
            if count:
                examples = validation.examples(generate, count)
                names = self.make_phase.averaged.stage_names[: len(examples[2])]
                pictures["validation"] = stage_panels(*examples, names=names)
                image, mask = validation.pictures[0], validation.masks[0, ..., 0] > 0
                gates = gate_picture(self.make_phase.averaged, image, mask)
                pictures.update({} if gates is None else {"gates": gates})
            return validation(generate), pictures

        return examine

    def _save_weights(self, name, step):
        if not self.chief:
            return
        kinds = [name]
        if name == "last" and not self.config.validation.every:
            kinds.append("best")  # nothing else tells which is
        model = self.make_phase.averaged
        model.detail = self.detail
        for kind in kinds:
            save_model(
                os.path.join(self.directory, WEIGHTS[kind]),
                model,
                provenance={"step": step, "kind": kind, "config": to_values(self.config)},
            )

    def _kept_detail(self):
        """Whether the weights of a run that goes on have detail borrowed."""
        path = os.path.join(self.directory, WEIGHTS["last"])
        return os.path.isfile(path) and says_detail(path)

    def _require_continuable(self, resume, init_weights):
        if not resume:
            raise InputError(
                f"--run_dir {self.directory} holds a run at step {self.first_step}; go on without "
                "--noresume, or choose another directory."
            )
        if init_weights:
            raise InputError(
                f"--run_dir {self.directory} holds a run at step {self.first_step}, which "
                "--init_weights would overwrite; choose another directory."
            )
        require_same_run(self.directory, to_values(self.config), self.first_step, _resolved)

    def _skipped(self, sentence):
        # Every phase reads the files anew; a bad one is told once.
        if sentence not in self.skipped:
            self.skipped.append(sentence)
            TALK.info("skipped file %d: %s", len(self.skipped), sentence)


def _resolved(values):
    """An older configuration as it would be written today, or as it is if that cannot be."""
    try:
        return to_values(to_config(values))
    except (InputError, TypeError, ValueError):
        return values
