"""What the tests in a browser share: Chromium, the page with a picture, what it saves."""

import contextlib
import os

import numpy as np
import pytest
from extras import reason_without
from web.harness import decoded, encoded

CHROMIUM = "/usr/bin/chromium"
VALUE = 77  # what the painter fills holes with; the pictures here are brighter
PATIENCE = 60_000  # milliseconds; machines may be busy
HEIGHT, WIDTH = 150, 200  # of the picture that most tests paint on


@contextlib.contextmanager
def chromium():
    """A Chromium without a window; skips where there is none."""
    playwright = pytest.importorskip("playwright.sync_api", reason=reason_without("checks"))
    if not os.path.exists(CHROMIUM):
        pytest.skip(f"needs Chromium at {CHROMIUM}")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@contextlib.contextmanager
def visited(browser, address, **context):
    """The page in a new context; fails on errors of its scripts and on requests elsewhere."""
    errors, asked = [], []
    opened = browser.new_context(
        **{"viewport": {"width": 1000, "height": 700}, "accept_downloads": True, **context}
    )
    page = opened.new_page()
    page.set_default_timeout(PATIENCE)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text) if "Policy" in said.text else None)
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    page.wait_for_selector("#option-grow", state="attached")
    yield page
    opened.close()
    assert errors == []
    assert [url for url in asked if not url.startswith((address, "blob:", "data:"))] == []


def bright(height=HEIGHT, width=WIDTH, seed=0):
    """A picture without the value that the painter fills in."""
    shape = [height, width, 3]
    return np.random.default_rng(seed).integers(100, 256, shape).astype(np.uint8)


def open_picture(page, picture, name="photo.png", media_type="image/png", data=None):
    data = encoded(picture) if data is None else data
    page.set_input_files("#file", {"name": name, "mimeType": media_type, "buffer": data})
    page.wait_for_selector(f"#status:has-text('{name}')")


class Fitted:
    """Where a picture of this size lies when the page shows it whole."""

    def __init__(self, page, height=HEIGHT, width=WIDTH):
        box = page.locator("#canvas").bounding_box()
        room = box["width"] - 32, box["height"] - 32
        self.scale = min(room[0] / width, room[1] / height, 8)
        self.left = box["x"] + (box["width"] - width * self.scale) / 2
        self.top = box["y"] + (box["height"] - height * self.scale) / 2

    def at(self, x, y):
        """Where on the screen this place of the picture is."""
        return self.left + x * self.scale, self.top + y * self.scale


def stroke(page, *places, button="left"):
    """Draws with the mouse through places of the screen."""
    page.mouse.move(*places[0])
    page.mouse.down(button=button)
    for place in places[1:]:
        page.mouse.move(*place, steps=4)
    page.mouse.up(button=button)


def box_hole(left=30, top=20, width=60, height=50):
    """What `paint_box` paints, `[HEIGHT, WIDTH]` bool."""
    where = np.zeros([HEIGHT, WIDTH], bool)
    where[top : top + height, left : left + width] = True
    return where


def paint_box(page, fitted=None, left=30, top=20, width=60, height=50):
    fitted = fitted or Fitted(page)
    page.keyboard.press("r")
    corner = (left + 0.5, top + 0.5)
    stroke(page, fitted.at(*corner), fitted.at(left + width - 0.5, top + height - 0.5))


def set_size(page, size):
    """Sets the brush by its slider."""
    page.evaluate(
        """size => {
          const slider = document.querySelector("#size");
          for (let value = 0; value <= 1000; value += 1) {
            slider.value = value;
            slider.dispatchEvent(new Event("input"));
            if (parseInt(document.querySelector("#size-text").textContent) >= size) break;
          }
        }""",
        size,
    )
    assert page.inner_text("#size-text") == f"{size} px"


def filled(page, start=None):
    """Fills what is painted, by the key or as `start()` does, and waits for the result.

    What the page said before goes first: a result may come as soon as it is asked for.
    """
    page.evaluate("document.querySelector('#status').textContent = ''")
    if start:
        start()
    else:
        page.keyboard.press("Enter")
    page.wait_for_selector("#status:has-text('Filled')")


def saved(page, button):
    """Name and pixels of what a button saves."""
    with page.expect_download() as download:
        page.click(button)
    with open(download.value.path(), "rb") as file:
        return download.value.suggested_filename, file.read()


def saved_mask(page):
    """What is painted, `[H, W]` bool, as the page sends it."""
    return decoded(saved(page, "#save-mask")[1])[..., 0] >= 128


def saved_pixels(page):
    return decoded(saved(page, "#save")[1])
