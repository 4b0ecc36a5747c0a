"""Draws docs/network.svg: the two stages of DeepFill v1, with the sizes of a picture of 256x256.

python examples/diagram.py [--output FILE]
"""

import os
from xml.sax.saxutils import escape

from absl import app, flags

OUTPUT = flags.DEFINE_string(
    "output",
    os.path.join(os.path.dirname(__file__), "..", "docs", "network.svg"),
    "Where to draw it.",
)

WIDTH, HEIGHT = 1180, 330
CONV, DILATED, ATTENTION, PICTURE = "#dbe7f6", "#d9f0df", "#fde3c8", "#f1f1f1"
STYLE = "text { font: 13px sans-serif; fill: #222; } .small { font-size: 11px; fill: #555; }"

# (left, top, width, height, fill, lines): pixels of the drawing, rows of text, the first in bold.
BOXES = (
    (10, 120, 120, 90, PICTURE, ("picture and mask", "hole at 0", "256x256")),
    (180, 120, 100, 90, CONV, ("convolutions", "5x5, then 3x3", "256 to 64")),
    (290, 120, 100, 90, DILATED, ("dilated", "2, 4, 8, 16", "64x64")),
    (400, 120, 100, 90, CONV, ("decoder", "doubled twice", "64 to 256")),
    (550, 120, 100, 90, PICTURE, ("coarse", "pasted into", "the photo")),
    (695, 40, 120, 90, DILATED, ("encoder, dilated", "2, 4, 8, 16", "64x64")),
    (695, 200, 120, 90, ATTENTION, ("encoder, attention", "hole looks at photo", "32x32 keys")),
    (860, 120, 110, 90, CONV, ("decoder", "doubled twice", "64 to 256")),
    (1020, 120, 150, 90, PICTURE, ("completed", "known pixels", "bit for bit")),
)
ARROWS = (
    ((130, 165), (180, 165)),
    ((500, 165), (550, 165)),
    ((650, 150), (695, 95)),
    ((650, 180), (695, 240)),
    ((815, 95), (860, 150)),
    ((815, 240), (860, 180)),
    ((970, 165), (1020, 165)),
)
# (left, right, top, text) of the braces over the stages.
STAGES = ((180, 500, 105, "stage 1: coarse network"), (695, 970, 25, "stage 2: refinement network"))


def box(left, top, width, height, fill, lines):
    """One box with its lines, centred."""
    middle = left + width / 2
    yield (
        f'<rect x="{left}" y="{top}" width="{width}" height="{height}" rx="8" fill="{fill}" '
        'stroke="#888"/>'
    )
    for number, line in enumerate(lines):
        look = 'font-weight="bold"' if number == 0 else 'class="small"'
        y = top + height / 2 + 5 + 20 * (number - (len(lines) - 1) / 2)
        yield f'<text x="{middle}" y="{y}" text-anchor="middle" {look}>{escape(line)}</text>'


def arrow(start, end):
    """A line from box to box."""
    (x1, y1), (x2, y2) = start, end
    return (
        f'<line x1="{x1}" y1="{y1}" x2="{x2 - 4}" y2="{y2}" stroke="#555" stroke-width="1.5" '
        'marker-end="url(#tip)"/>'
    )


def drawing():
    """The whole SVG document."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">',
        f"<title>The two stages of DeepFill v1</title><style>{STYLE}</style>",
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" '
        'markerHeight="7" orient="auto"><path d="M0 0 L8 4 L0 8 z" fill="#555"/></marker></defs>',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
    ]
    for given in BOXES:
        parts += box(*given)
    parts += [arrow(*ends) for ends in ARROWS]
    for left, right, top, text in STAGES:
        parts.append(f'<path d="M{left} {top + 8} v-8 H{right} v8" fill="none" stroke="#888"/>')
        middle = (left + right) / 2
        parts.append(f'<text x="{middle}" y="{top - 7}" text-anchor="middle">{text}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def main(_):
    """Draws it."""
    with open(OUTPUT.value, "w") as file:
        file.write(drawing())


if __name__ == "__main__":
    app.run(main)
