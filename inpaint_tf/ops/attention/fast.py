"""Contextual attention without a matrix of all queries and all keys."""

import tensorflow as tf

from inpaint_tf.ops.attention.budget import make_plan
from inpaint_tf.ops.attention.gradient import gradient_of_item
from inpaint_tf.ops.attention.keys import Keys, make_keys
from inpaint_tf.ops.attention.pieces import one_after_another
from inpaint_tf.ops.attention.reference import reduce
from inpaint_tf.ops.attention.stream import result_specs, stream
from inpaint_tf.ops.mapping import map_items
from inpaint_tf.ops.spans import Span, crop, is_static, place, sizes


def attend_in_blocks(
    foreground, background, mask, rules, rate, *, memory=None, needed=None, with_best=None
):
    """Contextual attention without a matrix of all queries and all keys.

    Args:
        foreground: `[B, H, W, C]`.
        background: `[B, H', W', C]`.
        mask: `[B, H', W', 1]` or `[1, H', W', 1]`, 1 = hole; None: everything is known.
        rules: `Rules`.
        rate: int.
        memory: bytes that the matrices of one step may take. A step is at least one row; with
            `needed`, a part of a row. None: at most 512 MB, or what 400 queries take if that is
            more (5 KB per key); with `needed` at most 1 GB.
        needed: (rows, columns), two `Span`s of the features to compute; None: all.
        with_best: whether to find the best keys; None: if all features are computed.

    Returns:
        (features, best): `[B, H, W, C]`, or only those of `needed`; and `[B, h, w]` int32, the key
        with the largest weight for every query, 0 for queries outside of `needed`, or None. For
        gradients blocks are computed again, so that none is kept.
    """
    with_best = needed is None if with_best is None else with_best
    height, width = sizes(foreground, 1, 2)
    queries = reduce(foreground, rate)
    output = needed or (Span(0, height), Span(0, width))
    plan = make_plan(queries, rules, rate, *output, memory, needed is None)
    keys = make_keys(background, mask, rules, rate, tf.shape(foreground)[0])
    tiles, *best = _attend_items(queries, keys, rules, rate, plan, with_best)
    rim = rate // 2  # the first tile begins that far outside the map
    top, left = (
        span.start - (pieces.span.start * rate - rim)
        for span, pieces in zip(output, (plan.rows, plan.columns))
    )
    features = crop(tiles, Span(top, output[0].size), Span(left, output[1].size))
    sides = [span.size if is_static(span.size) else None for span in output]
    features.set_shape([foreground.shape[0], *sides, foreground.shape[3]])
    if not with_best:
        return features, None
    height, width = sizes(queries, 1, 2)
    computed = plan.rows.span.clip(height), plan.columns.span.clip(width)
    return features, place(best[0][..., None], *computed, height, width)[..., 0]


def _attend_items(queries, keys, rules, rate, plan, with_best):
    """Tiles and best keys of all items, one after the other, `[B, ...]`."""

    @tf.custom_gradient
    def compute(*items):
        def one(item):
            return _attend_item(item[0], Keys(*item[1:]), rules, rate, plan, with_best)

        def gradient(upstream, *_):
            def one(item):
                return gradient_of_item(item[0], item[1], Keys(*item[2:]), rules, rate, plan)

            specs = [tf.TensorSpec(x.shape[1:], x.dtype) for x in items[:4]]
            found = _map([upstream, *items], one, specs)
            return [*found, *[None] * len(items[4:])]  # none of which keys are known

        return tuple(_map(items, one, result_specs(keys, with_best))), gradient

    return compute(*[x for x in (queries, *keys) if x is not None])


def _map(items, function, specs):
    """`function` of every item of the batch in turn, `specs` being the results' `TensorSpec`s."""
    if items[0].shape[0] == 1:
        return [result[None] for result in function([item[0] for item in items])]
    return map_items(lambda item: list(function(item)), items, specs)


def _attend_item(queries, keys, rules, rate, plan, with_best):
    """Tiles of one item, and the best keys of the queries that have their numbers."""
    if plan.columns.single:
        return stream(queries, keys, rules, rate, plan.rows, plan.columns.span, with_best)

    def strip(columns, _):
        parts = stream(queries, keys, rules, rate, plan.rows, columns, with_best)
        return [_transposed(part) for part in parts], []

    strips, _ = one_after_another(plan.columns, strip, [], result_specs(keys, with_best))
    return [_transposed(part) for part in strips]


def _transposed(x):
    return tf.transpose(x, [1, 0, 2][: x.shape.rank])
