"""Slow NumPy versions, written from the papers, that share no code with the package."""

import numpy as np


def nearest_corner_aligned(x, height, width):
    """`x` [H, W, ...] sampled with aligned corners, one pixel at a time."""

    def source(index, old, new):
        if new == 1:
            return 0
        place = np.float32(index) * (np.float32(old - 1) / np.float32(new - 1))
        return min(int(np.floor(place + np.float32(0.5))), old - 1)

    rows = [source(i, x.shape[0], height) for i in range(height)]
    columns = [source(j, x.shape[1], width) for j in range(width)]
    return np.array([[x[i, j] for j in columns] for i in rows])


def patch(x, row, column, size):
    """The `size` x `size` patch around a pixel, zero outside the map."""
    reach = size // 2
    padded = np.pad(x, [(reach, reach), (reach, reach), (0, 0)])
    return padded[row : row + size, column : column + size]


def contextual_attention(
    foreground,
    background,
    mask,
    kernel_size=3,
    rate=2,
    propagation_size=3,
    softmax_scale=10.0,
    masking="multiply",
):
    """One item [H, W, C]; returns (features [H, W, C], attention [h, w, L])."""
    h, w = foreground.shape[0] // rate, foreground.shape[1] // rate
    hb, wb = background.shape[0] // rate, background.shape[1] // rate
    f = nearest_corner_aligned(foreground, h, w)
    b = nearest_corner_aligned(background, hb, wb)
    m = nearest_corner_aligned(mask, hb, wb)

    scores = np.zeros([h, w, hb, wb])
    for k in range(hb):
        for n in range(wb):
            key = patch(b, k, n, kernel_size)
            key = key / max(np.sqrt((key**2).sum()), 1e-4)
            for i in range(h):
                for j in range(w):
                    scores[i, j, k, n] = (patch(f, i, j, kernel_size) * key).sum()

    scores = _diagonal_sums(scores.reshape(h * w, hb * wb), propagation_size)
    scores = scores.reshape(h, w, hb, wb).transpose(1, 0, 3, 2)
    scores = _diagonal_sums(scores.reshape(h * w, hb * wb), propagation_size)
    scores = scores.reshape(w, h, wb, hb).transpose(1, 0, 3, 2)

    known = np.array(
        [[float(not patch(m, k, n, kernel_size).any()) for n in range(wb)] for k in range(hb)]
    )
    logits = scores * softmax_scale
    if masking == "multiply":
        logits = logits * known
        exponentials = np.exp(logits - logits.max(axis=(2, 3), keepdims=True))
    else:
        exponentials = np.exp(logits - logits.max(axis=(2, 3), keepdims=True)) * known
    total = np.maximum(exponentials.sum(axis=(2, 3), keepdims=True), 1e-300)
    attention = exponentials / total * known

    # Patches 2 * rate wide overlap by half on every side; a rate of 1 puts the margin after.
    before, size = rate // 2, 2 * rate
    features = np.zeros([h * rate + size, w * rate + size, foreground.shape[2]])
    padded = np.pad(background, [(before, size), (before, size), (0, 0)])
    for i in range(h):
        for j in range(w):
            for k in range(hb):
                for n in range(wb):
                    piece = padded[k * rate : k * rate + size, n * rate : n * rate + size]
                    place = features[i * rate : i * rate + size, j * rate : j * rate + size]
                    place += attention[i, j, k, n] * piece
    features = features[before : before + h * rate, before : before + w * rate] / 4
    return features, attention.reshape(h, w, hb * wb)


def _diagonal_sums(matrix, size):
    result = np.zeros_like(matrix)
    rows, columns = matrix.shape
    for i in range(rows):
        for j in range(columns):
            for d in range(-(size // 2), size // 2 + 1):
                if 0 <= i + d < rows and 0 <= j + d < columns:
                    result[i, j] += matrix[i + d, j + d]
    return result
