"""Numbers as rows, as a table, and as a plot."""

from inpaint_tf.benchmark.measure import product_flops

HEAD = ("what", "size", "variant", "seconds", "ratio", "GFLOP-eq", "peak MB")
COLORS = ((180, 60, 20), (40, 120, 40), (40, 40, 200), (140, 40, 140), (0, 130, 190))  # BGR


def rows_of(what, size, times, memory):
    """One dictionary per variant; `times[""]` is the product of matrices to compare with."""
    rate = product_flops() / times[""]
    names = [name for name in times if name]
    first = times[names[0]] if names else None
    return [
        {
            "what": what,
            "height": size[0],
            "width": size[1],
            "variant": name,
            "seconds": times[name],
            "ratio": first / times[name],
            "gflop_equivalents": times[name] * rate / 1e9,
            "peak_bytes": memory.get(name),
            "machine_gflops": rate / 1e9,
        }
        for name in names
    ]


def table(rows):
    """Rows as text; the ratio is how many times faster than the first of its size."""
    lines = [HEAD]
    for row in rows:
        peak = row["peak_bytes"]
        lines.append(
            (
                row["what"],
                f"{row['width']}x{row['height']}",
                row["variant"],
                f"{row['seconds']:.4f}",
                f"{row['ratio']:.2f}",
                f"{row['gflop_equivalents']:.1f}",
                "-" if peak is None else f"{peak / 2**20:.0f}",
            )
        )
    widths = [max(len(line[i]) for line in lines) for i in range(len(HEAD))]
    text = [
        "  ".join(cell.rjust(width) if i > 2 else cell.ljust(width) for i, (cell, width) in cells)
        for cells in (list(enumerate(zip(line, widths))) for line in lines)
    ]
    rate = f"matrix product: {rows[0]['machine_gflops']:.0f} GFLOP/s" if rows else ""
    return "\n".join([*text, rate])


def draw(rows, path):
    """A PNG with time and peak memory against picture size, both axes logarithmic."""
    import cv2
    import numpy as np

    canvas = np.full([420, 1000, 3], 255, np.uint8)
    for left, key, title, scale in (
        (60, "seconds", "seconds", 1.0),
        (560, "peak_bytes", "peak memory, GB", 2.0**-30),
    ):
        points = {}
        for row in rows:
            if row[key]:
                side = (row["height"] * row["width"]) ** 0.5
                points.setdefault(row["variant"], []).append((side, row[key] * scale))
        if points:
            _draw_panel(canvas, left, title, points)
    cv2.imwrite(path, canvas)


def _draw_panel(canvas, left, title, points):
    import cv2
    import numpy as np

    top, width, height = 40, 400, 320
    every = np.log2([point for line in points.values() for point in line])
    low, high = np.floor(every.min(axis=0)), np.ceil(every.max(axis=0))
    high = np.maximum(high, low + 1)

    def to_pixel(point):
        x, y = (np.log2(point) - low) / (high - low)
        return int(left + x * width), int(top + (1 - y) * height)

    def write(text, at, color=(60, 60, 60)):
        cv2.putText(canvas, text, at, cv2.FONT_HERSHEY_SIMPLEX, 0.42, color, 1, cv2.LINE_AA)

    write(f"{title} (both axes logarithmic)", (left, top - 15))
    for power in range(int(low[0]), int(high[0]) + 1):
        x, y = to_pixel((2.0**power, 2.0 ** low[1]))
        cv2.line(canvas, (x, y), (x, top), (225, 225, 225), 1)
        write(f"{2**power}", (x - 12, y + 18))
    for power in range(int(low[1]), int(high[1]) + 1):
        x, y = to_pixel((2.0 ** low[0], 2.0**power))
        cv2.line(canvas, (x, y), (x + width, y), (225, 225, 225), 1)
        write(f"{2.0**power:g}", (x - 52, y + 4))
    for index, (name, line) in enumerate(points.items()):
        color = COLORS[index % len(COLORS)]
        pixels = [to_pixel(point) for point in sorted(line)]
        cv2.polylines(canvas, [np.array(pixels)], False, color, 2, cv2.LINE_AA)
        for at in pixels:
            cv2.circle(canvas, at, 4, color, -1, cv2.LINE_AA)
        write(name, (left + 8, top + 16 + 16 * index), color)
