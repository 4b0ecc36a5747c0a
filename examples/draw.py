"""Draws courtyard.png and courtyard_mask.png: `python examples/draw.py`.

A house, a lawn, a sign in front of both, and a mask that hides the sign. The pictures are drawn
by this program alone and are in the public domain (CC0).
"""

import pathlib

import cv2
import numpy as np

HEIGHT, WIDTH = 240, 320
HORIZON = 150
WALL = (slice(52, HORIZON), slice(0, 236))


def main():
    """Draws both pictures beside this file."""
    random = np.random.default_rng(7)
    picture = np.zeros([HEIGHT, WIDTH, 3])
    draw_sky(picture, random)
    draw_trees(picture, random)
    draw_house(picture, random)
    draw_lawn(picture, random)
    draw_path(picture, random)
    mask = draw_sign(picture)

    picture = cv2.GaussianBlur(picture, (0, 0), 0.6) + random.normal(0, 2.0, picture.shape)
    here = pathlib.Path(__file__).parent
    rgb = np.clip(np.rint(picture), 0, 255).astype(np.uint8)
    cv2.imwrite(str(here / "courtyard.png"), rgb[..., ::-1])
    cv2.imwrite(str(here / "courtyard_mask.png"), mask)


def noise(random, height, width, scale):
    """Smooth noise of mean 0 and deviation 1; blobs of `scale` pixels (height, width)."""
    blurred = cv2.GaussianBlur(
        random.normal(size=[height, width]), (0, 0), sigmaX=scale[1], sigmaY=scale[0]
    )
    return (blurred - blurred.mean()) / blurred.std()


def draw_sky(picture, random):
    """Blue above, pale below, with soft clouds."""
    height = np.linspace(0, 1, HORIZON)[:, None, None]
    sky = (1 - height) * np.array([86, 134, 196]) + height * np.array([196, 214, 230])
    clouds = noise(random, HORIZON, WIDTH, (9, 26)) + 0.4 * noise(random, HORIZON, WIDTH, (3, 7))
    cover = np.clip(clouds - 0.3, 0, 1.4)[..., None] / 1.8
    picture[:HORIZON] = sky * (1 - cover) + np.array([244, 244, 246]) * cover


def draw_trees(picture, random):
    """A row of trees behind the house's right end."""
    rows, columns = np.mgrid[:HORIZON, :WIDTH]
    top = (
        92 + 9 * np.sin(columns / 13.0) + 5 * np.sin(columns / 4.7) + 3 * random.normal(size=WIDTH)
    )
    leaves = 1 + 0.28 * noise(random, HORIZON, WIDTH, (1.4, 1.4))
    shade = (0.65 + 0.5 * (HORIZON - rows) / 60.0) * leaves
    trees = shade[..., None] * np.array([58, 88, 44])
    behind = (rows > cv2.GaussianBlur(top, (0, 0), 1.0)) & (columns > 200)
    picture[:HORIZON][behind] = trees[behind]


def draw_house(picture, random):
    """A wall of brick courses with a roof edge and two rows of windows."""
    height, width = 98, 236
    rows, columns = np.mgrid[:height, :width]
    course = rows // 6
    brick = (columns + 6 * (course % 2)) // 12
    tones = random.normal(1.0, 0.07, [height // 6 + 1, width // 12 + 2])
    wall = tones[course, brick][..., None] * np.array([168, 104, 82])
    mortar = (rows % 6 == 0) | ((columns + 6 * (course % 2)) % 12 == 0)
    wall[mortar] = [186, 172, 156]
    wall *= (1 + 0.04 * noise(random, height, width, (10, 10)))[..., None]
    picture[WALL] = wall
    cv2.rectangle(picture, (0, 46), (240, 52), (92, 74, 68), -1)
    cv2.rectangle(picture, (0, 53), (236, 55), (120, 78, 62), -1)  # the roof's shadow
    for top in (64, 106):
        for left in range(14, 230, 44):
            draw_window(picture, top, left)


def draw_window(picture, top, left):
    """A window of 22x30 with a frame, glass that mirrors the sky, and a sill."""
    cv2.rectangle(picture, (left, top), (left + 22, top + 30), (232, 228, 218), -1)
    for row in range(4):
        for column in range(2):
            y, x = top + 2 + row * 7, left + 2 + column * 10
            glass = np.array([70, 92, 116]) + 12 * (3 - row)
            picture[y : y + 6, x : x + 9] = glass
            picture[y, x : x + 9] *= 0.7
    cv2.rectangle(picture, (left - 2, top + 31), (left + 24, top + 33), (204, 198, 186), -1)
    cv2.line(picture, (left - 2, top + 34), (left + 24, top + 34), (112, 70, 56), 1)


def draw_lawn(picture, random):
    """Grass: upright blades that grow coarser towards the viewer."""
    height = HEIGHT - HORIZON
    far = noise(random, height, WIDTH, (1.0, 0.6))
    near = noise(random, height, WIDTH, (3.2, 1.0))
    nearness = np.linspace(0, 1, height)[:, None]
    blades = far * (1 - nearness) + near * nearness
    patches = noise(random, height, WIDTH, (8, 24))
    light = 1 + 0.16 * blades + 0.06 * patches - 0.1 * nearness
    picture[HORIZON:] = light[..., None] * np.array([98, 132, 62])
    picture[HORIZON : HORIZON + 4] *= 0.72  # the foot of the wall


def draw_path(picture, random):
    """A path of flagstones across the lawn."""
    height = HEIGHT - HORIZON
    rows, columns = np.mgrid[:height, :WIDTH]
    left, right = 250 - 0.55 * rows, 286 - 0.05 * rows
    across = (columns - left) / (right - left)
    joints = (np.abs(np.sqrt(rows + 4.0) * 2.4 % 1.0 - 0.5) > 0.44) | (
        np.abs(across * 3 % 1.0 - 0.5) > 0.46
    )
    stone = (1 + 0.07 * noise(random, height, WIDTH, (1, 1)))[..., None] * np.array([172, 164, 150])
    stone[joints] *= 0.72
    inside = (across > 0) & (across < 1)
    picture[HORIZON:][inside] = stone[inside]


def draw_sign(picture):
    """A yellow board on a post before wall and lawn; returns the mask that hides it."""
    cv2.ellipse(picture, (131, 203), (24, 4), 0, 0, 360, (58, 80, 38), -1)
    cv2.rectangle(picture, (120, 140), (125, 203), (96, 90, 88), -1)
    cv2.rectangle(picture, (98, 104), (147, 146), (226, 178, 36), -1)
    cv2.rectangle(picture, (98, 104), (147, 146), (60, 52, 40), 2)
    for top, right in ((115, 138), (123, 132), (131, 138)):
        cv2.rectangle(picture, (107, top), (right, top + 3), (60, 52, 40), -1)

    mask = np.zeros([HEIGHT, WIDTH], np.uint8)
    cv2.rectangle(mask, (93, 99), (152, 151), 255, -1)
    cv2.rectangle(mask, (104, 140), (158, 210), 255, -1)
    return mask


if __name__ == "__main__":
    main()
