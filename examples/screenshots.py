"""Takes docs/web_*.jpg: the page in Chromium, on a desktop and on a phone, light and dark.

    python examples/screenshots.py [--weights PATH]

Needs the extras web, test and checks, and Chromium. The photo is the page's example, scikit-image's
rocket, which SpaceX put into the public domain.
"""

import os
import socket
import threading

import uvicorn
from absl import app, flags
from playwright.sync_api import sync_playwright

from inpaint_tf import Inpainter, load_model
from inpaint_tf.inference.compiled import CompiledGenerator
from inpaint_tf.web.app import make_app
from inpaint_tf.web.local import Local
from inpaint_tf.web.settings import Settings
from inpaint_tf.weights.bundled import bundled_weights

WEIGHTS = flags.DEFINE_string("weights", None, "As of test.py; the bundled ones if not given.")
CHROMIUM = flags.DEFINE_string("chromium", "/usr/bin/chromium", "Path of the browser.")
DOCS = os.path.join(os.path.dirname(__file__), "..", "docs")
PATIENCE = 300_000  # milliseconds for one filling
PHONE = {"viewport": {"width": 390, "height": 780}, "is_mobile": True, "has_touch": True}
DESKTOP = {"viewport": {"width": 1140, "height": 760}}
# The two slim towers, in pixels of the example: points of strokes 22 pixels wide.
TOWERS = [[(201, 120), (199, 200), (188, 330)], [(447, 120), (449, 200), (460, 330)]]
SIZE, TOWER = (640, 427), 26


def serve(backend):
    """Starts the server in a thread and gives its address."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(make_app(backend, Settings()), log_level="warning"))
    threading.Thread(target=server.run, args=([listening],), daemon=True).start()
    return f"http://127.0.0.1:{listening.getsockname()[1]}"


def painted(page):
    """Opens the example and paints over the towers."""
    page.set_default_timeout(PATIENCE)
    page.click("#example")
    page.wait_for_selector("#status:has-text('example.jpg')")
    box = page.locator("#canvas").bounding_box()
    scale = min((box["width"] - 32) / SIZE[0], (box["height"] - 32) / SIZE[1])
    left = box["x"] + (box["width"] - SIZE[0] * scale) / 2
    top = box["y"] + (box["height"] - SIZE[1] * scale) / 2
    while int(page.inner_text("#size-text").split()[0]) > TOWER:
        page.keyboard.press("[")
    for points in TOWERS:
        page.mouse.move(left + points[0][0] * scale, top + points[0][1] * scale)
        page.mouse.down()
        for x, y in points[1:]:
            page.mouse.move(left + x * scale, top + y * scale, steps=6)
        page.mouse.up()
    page.mouse.move(5, 5)


def filled(page):
    page.click("#fill")
    page.wait_for_selector("#status:has-text('Filled')")
    page.mouse.move(5, 5)


def main(_):
    weights = WEIGHTS.value or bundled_weights()
    backend = Local(Inpainter(CompiledGenerator(load_model(weights))), "bundled")
    backend.warm_up()
    address = serve(backend)
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM.value, args=["--no-sandbox"])

        def visit(**look):
            page = browser.new_context(**look).new_page()
            page.goto(address)
            painted(page)
            return page

        def shoot(page, name):
            page.wait_for_timeout(500)
            page.screenshot(path=os.path.join(DOCS, name), type="jpeg", quality=82)

        page = visit(**DESKTOP)
        shoot(page, "web_painted.jpg")
        filled(page)
        shoot(page, "web_filled.jpg")
        page.click("#compare")
        shoot(page, "web_compare.jpg")
        shoot(visit(**DESKTOP, color_scheme="dark"), "web_dark.jpg")
        page = visit(**PHONE)
        filled(page)
        shoot(page, "web_phone.jpg")
        browser.close()


if __name__ == "__main__":
    app.run(main)
