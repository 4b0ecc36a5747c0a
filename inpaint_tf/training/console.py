"""Progress on the console: a bar in a terminal, plain lines elsewhere."""

import logging
import time

from tqdm import tqdm

LOG = logging.getLogger("inpaint_tf.training")
SHOWN = {  # term -> its name on the console
    "generator/loss": "loss",
    "generator/raw_refined_hole_l1": "hole_l1",
    "generator/raw_coarse_hole_l1": "coarse_l1",
    "generator/raw_refined_l1": "l1",
    "generator/raw_coarse_l1": "coarse_l1",
    "generator/raw_hole_l1": "hole_l1",
    "critic/local_wasserstein": "w_local",
    "critic/global_wasserstein": "w_global",
    "critic/patch_wasserstein": "w_patch",
}


class Console:
    """Shows the progress of a run.

    Args:
        steps: int, of the whole run.
        first_step: int, the step from which it resumes.
        stream: where it goes; a bar if that is a terminal.
    """

    def __init__(self, steps, first_step, stream):
        self.steps, self.first_step = steps, first_step
        self.began = time.monotonic()
        self.bar = None
        if stream.isatty():
            self.bar = tqdm(
                total=steps, initial=first_step, unit="step", file=stream, dynamic_ncols=True
            )

    def advance(self, step, terms, compiled=False):
        """Moves the bar by one step; if it had to be compiled first, its time does not count."""
        if self.bar is None:
            return
        self.bar.set_postfix_str(_losses(terms), refresh=False)
        if not compiled:
            self.bar.update(step - self.bar.n)
            return
        self.bar.n = self.bar.last_print_n = self.bar.initial = step
        self.bar.start_t = self.bar.last_print_t = time.time()
        self.bar.refresh()

    def line(self, step, terms, rate):
        """Prints a line about a step if there is no bar; the rate is None until one is known."""
        if self.bar is not None:
            return
        if rate is None:
            LOG.info("step %d/%d  %s", step, self.steps, _losses(terms))
            return
        left = duration((self.steps - step) / max(rate, 1e-9))
        LOG.info("step %d/%d  %s  %.3g it/s  ETA %s", step, self.steps, _losses(terms), rate, left)

    def tell(self, text):
        """Prints a sentence above the bar."""
        if self.bar is not None:
            self.bar.write(text, file=self.bar.fp)
        else:
            LOG.info("%s", text)

    def close(self):
        """Closes the bar."""
        if self.bar is not None:
            self.bar.close()


def scores_text(scores):
    """The scores of a validation, a dict of name -> float, in a line."""
    return (
        f"l1 {scores['l1']:.2f} %  l2 {scores['l2']:.2f} %  PSNR {scores['psnr']:.2f}  "
        f"SSIM {scores['ssim']:.4f}  TV {scores['tv']:.2f} %"
    )


def duration(seconds):
    """Seconds as "2d 03:04:05"."""
    seconds = int(seconds)
    days, rest = divmod(seconds, 86400)
    clock = f"{rest // 3600:02d}:{rest // 60 % 60:02d}:{rest % 60:02d}"
    return f"{days}d {clock}" if days else clock


def _losses(terms):
    return " ".join(f"{short} {terms[name]:.4g}" for name, short in SHOWN.items() if name in terms)
