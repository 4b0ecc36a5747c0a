"""Which columns of queries and of tiles a stream computes."""

from typing import Any, NamedTuple

from inpaint_tf.ops.spans import Span, is_static, where


class Around(NamedTuple):
    """Columns of queries whose scores are computed: all, or a strip.

    The numbering of queries runs on beyond the left and the right border: to the left of (y, 0) is
    (y - 1, w - 1). So a strip beside the left border is a row whose middle is left out: the columns
    `span`, then, for the first of the next row, some of the right border. Between these are as many
    as patches see of both, with arbitrary scores. Beside the right border it is the same.

    span: `Span` of the strip, or of all columns.
    left, right: numbers of columns that join it there from the other border, what lies between
        included.
    runs_on: whether the end of each row is beside the beginning of the next one.
    """

    span: Span
    left: Any
    right: Any
    runs_on: Any

    @classmethod
    def of(cls, span, rules, width):
        """For a `Span` and the width of the map."""
        some = span.size < width
        at_left, at_right = some & (span.start == 0), some & (span.stop == width)
        # An even number, see `Columns.of`.
        joined = rules.radius + rules.radius % 2 + 2 * rules.patch_radius if rules.radius else 0
        left, right = where(at_right, joined, 0), where(at_left, joined, 0)
        return cls(span, left, right, (span.size == width) | at_left | at_right)

    @property
    def size(self):
        """Number of columns, those that join included."""
        return self.left + self.span.size + self.right

    def seen(self, width, radius):
        """`Span`s of the pixels of patches, from left to right, except those known to be empty.

        Args:
            width: of the map with its border of `radius` pixels.
            radius: of the patches.
        """
        strip = Span(self.span.start, self.span.size + 2 * radius)
        spans = Span(0, self.left), strip, Span(width - self.right, self.right)
        return [span for span in spans if not is_static(span.size) or span.size]


class Columns(NamedTuple):
    """The columns of a stream.

    queries: `Span` of the queries that cover the tiles.
    around: `Around`, some more than `queries`, or all.
    wide: number of columns of tiles that the queries cover: as many as queries, or one more at
        the left or right end of the map, which only one query covers.
    output: `Span` of those to give.
    """

    queries: Span
    around: Around
    wide: Any
    output: Span

    @classmethod
    def of(cls, tiles, rules, width):
        """For a `Span` of tiles and the width of the map."""
        queries = Span(tiles.start - 1, tiles.size + 1).clip(width)
        whole = queries.size == width
        # With an odd number there always is a length of rows with which steps down need no copies.
        more = (queries.size + 1) % 2 if rules.radius else 0
        narrow = Span(queries.start, queries.size + more).within(width, rules.rim)
        around = Span(where(whole, 0, narrow.start), where(whole, width, narrow.size))
        output = Span(tiles.start - queries.start, tiles.size)
        at_end = (queries.start == 0) | (queries.stop == width)
        wide = queries.size + where(at_end, 1, 0)
        return cls(queries, Around.of(around, rules, width), wide, output)

    @property
    def inner(self):
        """`Span` of `queries` within `around`."""
        first = self.around.left + self.queries.start - self.around.span.start
        return Span(first, self.queries.size)
