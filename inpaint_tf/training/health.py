"""The health of a run, in words."""

from statistics import mean

COLLAPSED_CONTRAST = 0.1  # of the truth's: the holes are filled with one colour each
EXPLODING_SCORE = 1e4  # critic scores are on the order of 1 to 100 in a good run
FAR_PENALTY = 1.0  # mean of (norm - 1)^2: norms near 0 or beyond 2
FLAT_CHANGE = 0.002  # of the loss, between two halves of the recent past
ENOUGH_FOR_FLAT, ENOUGH_FOR_PENALTY = 200, 500  # records and steps before a verdict


def verdict(scores, baseline, truth_contrast, history, step):
    """Judges a run at a validation.

    Args:
        scores: metrics of the network, with "psnr", "l1" and "contrast".
        baseline: the same of OpenCV's Telea.
        truth_contrast: contrast of the original pixels in the holes.
        history: list of dicts of the recent training terms, oldest first.
        step: int.

    Returns:
        A list of sentences; the first begins with "healthy", "not yet" (worse than Telea) or
        "warning".
    """
    warnings = [
        *_collapse(scores, truth_contrast),
        *_critic(history, step),
        *_flat(history),
    ]
    ahead = scores["psnr"] - baseline["psnr"]
    comparison = (
        f"PSNR {scores['psnr']:.2f} dB is {abs(ahead):.2f} dB "
        f"{'above' if ahead > 0 else 'below'} OpenCV's Telea ({baseline['psnr']:.2f} dB)"
    )
    if ahead <= 0:
        comparison += ": the network is not worth having yet"
    head = "warning" if warnings else ("healthy" if ahead > 0 else "not yet")
    return [f"{head}: {comparison}.", *warnings]


def _collapse(scores, truth_contrast):
    if scores["contrast"] < COLLAPSED_CONTRAST * truth_contrast:
        yield (
            f"collapsed output: the holes are filled with almost one colour (contrast "
            f"{scores['contrast']:.1f} of {truth_contrast:.1f} in the originals)."
        )


def _critic(history, step):
    recent = [terms for terms in history[-20:] if "critic/loss" in terms]
    if not recent:
        return
    ending = "_real_score"
    names = [key[len("critic/") : -len(ending)] for key in recent[-1] if key.endswith(ending)]
    for side in names:
        score = mean(
            max(abs(t[f"critic/{side}_real_score"]), abs(t[f"critic/{side}_fake_score"]))
            for t in recent
        )
        if score > EXPLODING_SCORE:
            yield f"exploding critic: the {side} critic's scores are around {score:.0f}."
        penalties = [t.get(f"critic/{side}_raw_penalty") for t in recent]
        if None not in penalties and step >= ENOUGH_FOR_PENALTY and mean(penalties) > FAR_PENALTY:
            yield (
                f"penalty far from target: the {side} critic's slope is not near 1 "
                f"(penalty {mean(penalties):.2f}, expected below {FAR_PENALTY:.0f})."
            )


def _flat(history):
    name = "generator/loss"
    values = [
        sum(v for k, v in terms.items() if k.startswith("generator/raw_") and k.endswith("_l1"))
        for terms in history
        if name in terms
    ]
    if len(values) < ENOUGH_FOR_FLAT:
        return
    half = len(values) // 2
    before, after = mean(values[:half]), mean(values[half:])
    if abs(before - after) < FLAT_CHANGE * before:
        yield f"loss flat: l1 {before:.4f} -> {after:.4f} over the last {len(values)} records."
