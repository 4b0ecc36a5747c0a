"""The page in Chromium: keyboard, touch, screen readers, colours, sizes of screens."""

import numpy as np
import pytest
from extras import reason_without
from web.browser import (
    VALUE,
    Fitted,
    bright,
    filled,
    open_picture,
    saved,
    saved_mask,
    saved_pixels,
    set_size,
    stroke,
    visited,
)
from web.harness import REASON, decoded

pytest.importorskip("fastapi", reason=REASON)
pytestmark = pytest.mark.slow

PHONE = {
    "viewport": {"width": 390, "height": 780},
    "device_scale_factor": 3,
    "is_mobile": True,
    "has_touch": True,
}
LOOKS = {
    "desktop": {},
    "dark": {"color_scheme": "dark"},
    "phone": PHONE,
    "dark phone": {**PHONE, "color_scheme": "dark"},
}


def test_everything_by_keyboard_alone(page, painter):
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "example":
            break
    page.keyboard.press("Enter")
    page.wait_for_selector("#status:has-text('example.jpg, 640 × 427')")
    assert page.evaluate("document.activeElement.id") == "canvas"
    page.keyboard.press("r")
    page.keyboard.press("ArrowRight")
    start = page.inner_text("#position")
    page.keyboard.press("x")
    assert page.inner_text("#position") == f"{start}, painting"
    for key in ["ArrowLeft"] * 3 + ["ArrowUp"] * 2 + ["Shift+ArrowUp"] * 5:
        page.keyboard.press(key)
    page.keyboard.press("x")
    filled(page)
    where = painter.seen[0][1]
    rows, columns = np.nonzero(where)
    left, top = [int(part) for part in page.inner_text("#position").split(",")]
    assert abs(columns.min() - left) <= 1 and abs(rows.min() - top) <= 1
    assert where.sum() == (np.ptp(rows) + 1) * (np.ptp(columns) + 1) > 100
    with page.expect_download() as download:
        page.keyboard.press("s")
    assert download.value.suggested_filename == "example_inpainted.jpg"
    page.keyboard.press("d")
    assert page.locator("#divider").is_visible()
    page.keyboard.press("?")
    assert page.locator("#keys").is_visible()
    page.keyboard.press("Escape")
    assert page.locator("#keys").is_hidden()


def test_every_control_is_reached_by_tab(opened):
    page, fitted = opened
    stroke(page, *[fitted.at(x, 50) for x in (40, 90)])
    filled(page)
    stroke(page, *[fitted.at(x, 90) for x in (40, 90)])
    page.keyboard.press("Control+z")
    reached = set()
    for _ in range(40):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.id || document.activeElement.name"))
    wanted = page.evaluate(
        """[...document.querySelectorAll("header button, footer button, footer input, canvas")]
             .filter((one) => !one.disabled && one.checkVisibility())
             .map((one) => one.id || one.name)"""
    )
    assert set(wanted) <= reached and {"save", "copy", "compare", "size", "tool"} <= set(wanted)


def touch(session, kind, *points):
    places = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(points)]
    session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": places})


def test_one_finger_paints_two_zoom_and_pan(browser, address):
    with visited(browser, address, **PHONE) as page:
        open_picture(page, bright())
        fitted = Fitted(page)
        session = page.context.new_cdp_session(page)
        set_size(page, 14)
        touch(session, "touchStart", fitted.at(60, 60))
        for x in range(70, 121, 10):
            touch(session, "touchMove", fitted.at(x, 60))
        touch(session, "touchEnd")
        where = saved_mask(page)
        assert where[60, 58:122].all() and not where[40].any() and not where[:, 140:].any()

        # Two fingers 80 px apart move to 160 px: nothing is painted, the scale doubles, and what
        # was in their middle is where their middle is now.
        x, y = fitted.at(100, 75)
        touch(session, "touchStart", (x - 40, y))
        touch(session, "touchMove", (x - 41, y))
        touch(session, "touchStart", (x - 40, y), (x + 40, y))
        for step in range(1, 9):
            touch(session, "touchMove", (x - 40 - 5 * step, y + 5 * step), (x + 40 + 5 * step, y))
        for step in range(1, 9):
            touch(session, "touchMove", (x - 80, y + 40), (x + 80, y + 5 * step))
        touch(session, "touchEnd")
        np.testing.assert_array_equal(saved_mask(page), where)
        page.click("#clear")
        set_size(page, 3)
        for dx, column in ((0, 100), (40, 100 + 20 / fitted.scale)):
            touch(session, "touchStart", (x + dx, y + 40))
            touch(session, "touchEnd")
            rows, columns = np.nonzero(saved_mask(page))
            page.click("#clear")
            assert abs(columns.mean() + 0.5 - column) < 2.5 and abs(rows.mean() + 0.5 - 75) < 2.5


def axe_violations(page):
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason=reason_without("checks")
    )
    found = axe.Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [(one["id"], [node["html"] for node in one["nodes"]]) for one in found]


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing(browser, address, look):
    with visited(browser, address, bypass_csp=True, **LOOKS[look]) as page:
        assert axe_violations(page) == []
        open_picture(page, bright())
        page.keyboard.press("r")
        stroke(page, *[Fitted(page).at(x, x) for x in (30.5, 89.5)])
        assert axe_violations(page) == []
        filled(page)
        page.keyboard.press("d")
        assert axe_violations(page) == []
        for button in ("#show-options", "#show-keys"):
            page.click(button)
            assert axe_violations(page) == []
            page.keyboard.press("Escape")


def test_nothing_lies_outside_of_a_phone(browser, address):
    with visited(browser, address, **PHONE) as page:
        open_picture(page, bright())
        outside = page.evaluate(
            """[...document.querySelectorAll("footer *, #stage *")].filter((one) => {
                 const { left, right, bottom, width } = one.getBoundingClientRect();
                 const isOut = left < -1 || right > innerWidth + 1 || bottom > innerHeight + 1;
                 return width > 1 && isOut;
               }).map((one) => one.outerHTML)"""
        )
        assert outside == []
        stroke(page, *[Fitted(page).at(x, 75) for x in (60, 110)])
        filled(page, lambda: page.tap("#fill"))
        page.tap("#undo")
        name, data = saved(page, "#save-mask")
        assert name == "photo_mask.png" and decoded(data)[75, 80, 0] == 255


def test_a_pen_draws_wider_when_pressed(opened):
    page, fitted = opened
    set_size(page, 40)
    fitted, widths = fitted, []
    for pressure in (0.1, 0.9):
        page.evaluate(
            """([places, pressure]) => {
              const canvas = document.querySelector("#canvas");
              canvas.setPointerCapture = () => {};
              const about = { pointerType: "pen", pointerId: 7, bubbles: true, pressure };
              const kinds = ["pointerdown", "pointermove", "pointermove", "pointerup"];
              kinds.forEach((kind, number) => {
                const [clientX, clientY] = places[Math.min(number, 2)];
                canvas.dispatchEvent(new PointerEvent(kind, { ...about, clientX, clientY }));
              });
            }""",
            [[fitted.at(60, 70), fitted.at(100, 70), fitted.at(140, 70)], pressure],
        )
        widths.append(saved_mask(page)[:, 100].sum())
        page.click("#clear")
    assert 8 <= widths[0] <= 14 and 34 <= widths[1] <= 40


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_theme_is_chosen_and_kept(page, theme):
    page.click("#show-options")
    page.select_option("#theme", theme)
    page.keyboard.press("Escape")
    page.reload()
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    dark = sum(int(part) for part in ground[4:-1].split(",")) < 300
    assert dark is (theme == "dark")


def test_results_are_there_without_a_mouse_and_without_the_network(opened):
    page, _ = opened
    page.context.set_offline(True)
    page.keyboard.press("x")
    page.keyboard.press("x")
    page.keyboard.press("Enter")
    page.wait_for_selector("#alert:has-text('The server cannot be reached')")
    page.context.set_offline(False)
    filled(page)
    assert (saved_pixels(page) == VALUE).any()
