"""The page in Chromium: what fails or takes long, and who is let in."""

import threading

import pytest
from web.browser import (
    HEIGHT,
    VALUE,
    WIDTH,
    box_hole,
    bright,
    filled,
    open_picture,
    paint_box,
    saved_pixels,
)
from web.harness import REASON, Painter
from web.running import running

pytest.importorskip("fastapi", reason=REASON)
pytestmark = pytest.mark.slow


def test_what_is_no_picture_is_said_in_words(page):
    file = {"name": "notes.png", "mimeType": "image/png", "buffer": b"nothing"}
    page.set_input_files("#file", file)
    page.wait_for_selector("#alert:has-text('notes.png cannot be opened. Image is not a PNG')")
    open_picture(page, bright())
    assert page.locator("#alert").is_hidden()


def test_errors_of_the_server_are_said_in_words(opened, painter):
    page, fitted = opened
    paint_box(page, fitted)
    painter.wait = lambda: 1 / 0
    page.keyboard.press("Enter")
    page.wait_for_selector("#alert:has-text('The server failed')")
    page.route("**/inpaint", lambda route: route.abort())
    page.keyboard.press("Enter")
    page.wait_for_selector("#alert:has-text('The server cannot be reached.')")
    page.unroute("**/inpaint")
    painter.wait = lambda: None
    filled(page)  # nothing that was painted is lost
    assert page.locator("#alert").is_hidden()
    assert (saved_pixels(page)[box_hole()] == VALUE).all()
    page.keyboard.press("i")
    page.keyboard.press("i")
    paint_box(page, fitted, 0, 0, WIDTH, HEIGHT)
    page.keyboard.press("Enter")
    page.wait_for_selector("#alert:has-text('covers the whole picture')")


def test_cancelling(opened, painter):
    gate, reached = threading.Event(), threading.Event()

    def wait():
        reached.set()
        assert gate.wait(60)

    painter.wait = wait
    page, fitted = opened
    paint_box(page, fitted)
    page.keyboard.press("Enter")
    page.wait_for_selector("#working-text:has-text('s')")
    assert reached.wait(60) and page.locator("#undo").is_disabled()
    page.keyboard.press("Escape")
    page.wait_for_selector("#status:has-text('Cancelled.')")
    assert page.locator("#save").is_disabled()
    gate.set()
    filled(page)
    assert (saved_pixels(page)[box_hole()] == VALUE).all()


def test_the_line_before_it_is_told(opened, painter, address):
    gate = threading.Event()
    painter.wait = lambda: gate.wait(60)
    page, fitted = opened
    paint_box(page, fitted)
    with page.context.new_page() as other:
        other.goto(address)
        open_picture(other, bright())
        paint_box(other)
        other.keyboard.press("Enter")
        other.wait_for_selector("#working-text:has-text('s')")
        page.bring_to_front()
        page.keyboard.press("Enter")
        page.wait_for_selector("#working-text:has-text('1 before it')")
        filled(page, gate.set)


def test_the_token_is_asked_for_once(browser):
    with running(Painter(VALUE), token="secret") as address:
        context = browser.new_context()
        page = context.new_page()
        assert context.request.get(address).status == 401
        assert page.goto(f"{address}/?token=secret").status == 200
        assert page.url == f"{address}/"
        page.click("#example")
        page.wait_for_selector("#status:has-text('example.jpg')")
        context.close()
        password = {"username": "anybody", "password": "secret"}
        context = browser.new_context(http_credentials=password)
        assert context.new_page().goto(address).status == 200
        context.close()
