"""The page in Chromium: tools, and what of the picture they change."""

import numpy as np
import pytest
from web.browser import (
    HEIGHT,
    VALUE,
    WIDTH,
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


def near_line(start, end, radius):
    """`[H, W]` bool: pixels whose centre is nearer than `radius` to a line."""
    rows, columns = np.mgrid[:HEIGHT, :WIDTH] + 0.5
    points = np.stack([columns, rows], axis=-1) - start
    along = np.subtract(end, start)
    share = np.clip(points @ along / (along @ along), 0, 1)
    return np.linalg.norm(points - share[..., None] * along, axis=-1) < radius


def test_only_what_is_painted_changes(opened, painter):
    page, fitted = opened
    set_size(page, 14)
    stroke(page, fitted.at(60, 40), fitted.at(130, 90))
    where = saved_mask(page)
    assert where[near_line((60, 40), (130, 90), 6)].all()
    assert not where[~near_line((60, 40), (130, 90), 8)].any()
    filled(page)
    np.testing.assert_array_equal(painter.seen[0][1], where)
    expected = bright()
    expected[where] = VALUE
    name, data = saved(page, "#save")
    assert name == "photo_inpainted.png"
    np.testing.assert_array_equal(decoded(data), expected)


@pytest.mark.parametrize("ratio", [1, 2])
def test_after_zooming_and_panning_paint_lands_under_the_pointer(browser, address, ratio):
    with visited(browser, address, device_scale_factor=ratio) as page:
        open_picture(page, bright())
        fitted = Fitted(page)
        x, y = fitted.at(150.5, 30.5)
        page.mouse.move(x, y)
        for _ in range(4):
            page.mouse.wheel(0, -300)
        page.keyboard.down("Space")
        stroke(page, (x, y), (x - 140, y + 170))
        page.keyboard.up("Space")
        stroke(page, (x - 140, y + 170), (x - 300, y + 200), button="middle")
        set_size(page, 3)
        page.mouse.click(x - 300, y + 200)
        rows, columns = np.nonzero(saved_mask(page))
        assert abs(rows.mean() - 30) < 0.7 and abs(columns.mean() - 150) < 0.7
        assert 4 <= len(rows) <= 12


def test_eraser_and_right_button_take_away(opened):
    page, fitted = opened
    set_size(page, 30)
    stroke(page, fitted.at(40, 75), fitted.at(160, 75))
    page.keyboard.press("e")
    set_size(page, 10)
    stroke(page, fitted.at(80, 40), fitted.at(80, 110))
    page.keyboard.press("b")
    stroke(page, fitted.at(120, 40), fitted.at(120, 110), button="right")
    where = saved_mask(page)
    assert not where[:, 77:83].any() and not where[:, 117:123].any()
    assert where[75, 40:74].all() and where[75, 87:113].all() and where[75, 127:160].all()


def test_box_is_the_rectangle(opened):
    page, fitted = opened
    page.click("text=Box")
    stroke(page, fitted.at(120.4, 90.4), fitted.at(30.6, 20.6))
    expected = np.zeros([HEIGHT, WIDTH], bool)
    expected[20:91, 30:121] = True
    np.testing.assert_array_equal(saved_mask(page), expected)


def test_lasso_is_what_it_goes_around(opened):
    page, fitted = opened
    page.keyboard.press("l")
    stroke(page, fitted.at(20, 20), fitted.at(120, 20), fitted.at(20, 120))
    where = saved_mask(page)
    rows, columns = np.mgrid[:HEIGHT, :WIDTH]
    inside = (rows > 21) & (columns > 21) & (rows + columns < 137)
    outside = (rows < 19) | (columns < 19) | (rows + columns > 142)
    assert where[inside].all() and not where[outside].any()


def test_undo_and_redo_go_over_strokes_and_results_and_survive_other_tools(opened):
    page, fitted = opened
    set_size(page, 12)
    stroke(page, fitted.at(50, 50), fitted.at(90, 50))
    first = saved_mask(page)
    page.keyboard.press("r")
    stroke(page, fitted.at(100, 100), fitted.at(140, 120))
    both = saved_mask(page)
    page.keyboard.press("l")
    filled(page)
    result = saved_pixels(page)
    page.keyboard.press("b")
    stroke(page, fitted.at(30, 120), fitted.at(60, 120))

    for _ in range(2):
        page.keyboard.press("Control+z")
    np.testing.assert_array_equal(saved_mask(page), both)
    assert page.locator("#save").is_disabled()
    page.keyboard.press("Control+z")
    np.testing.assert_array_equal(saved_mask(page), first)
    page.click("#undo")
    assert page.locator("#save-mask").is_disabled() and page.locator("#undo").is_disabled()
    for key in ("Control+Shift+Z", "Control+y", "Control+y"):
        page.keyboard.press(key)
    page.wait_for_selector("#save:enabled")
    np.testing.assert_array_equal(saved_pixels(page), result)
    page.click("#redo")
    assert saved_mask(page)[120, 45] and page.locator("#redo").is_disabled()


def test_going_on_from_the_result_keeps_the_first_hole(opened):
    page, fitted = opened
    expected = bright()
    page.keyboard.press("r")
    for left in (20, 100):
        stroke(page, fitted.at(left + 0.5, 40.5), fitted.at(left + 29.5, 69.5))
        filled(page)
        expected[40:70, left : left + 30] = VALUE
    np.testing.assert_array_equal(saved_pixels(page), expected)


def test_filling_on_release(opened):
    page, fitted = opened
    page.check("#on-release")
    page.keyboard.press("r")
    corners = fitted.at(20.5, 40.5), fitted.at(49.5, 69.5)
    filled(page, lambda: stroke(page, *corners))
    assert (saved_pixels(page)[40:70, 20:50] == VALUE).all()


def test_size_of_the_brush(opened):
    page, fitted = opened
    page.locator("#size").fill("1000")
    assert page.inner_text("#size-text") == "50 px"  # a quarter of the longer side
    page.keyboard.press("]")
    assert page.inner_text("#size-text") == "50 px"
    page.keyboard.press("[")
    assert page.inner_text("#size-text") == "40 px"
    page.mouse.move(*fitted.at(100, 70))
    page.keyboard.down("Alt")
    page.mouse.wheel(0, -100)
    page.keyboard.up("Alt")
    page.wait_for_selector("#size-text:text-is('50 px')")
    for _ in range(30):
        page.keyboard.press("[")
    assert page.inner_text("#size-text") == "1 px"
    page.mouse.click(*fitted.at(100.5, 70.5))
    where = saved_mask(page)
    assert where[70, 100] and where.sum() == 1
    page.keyboard.press("]")
    assert page.inner_text("#size-text") == "2 px"


def test_shift_and_click_draws_a_line(opened):
    page, fitted = opened
    set_size(page, 10)
    page.mouse.click(*fitted.at(30, 30))
    page.keyboard.down("Shift")
    page.mouse.click(*fitted.at(150, 110))
    page.keyboard.up("Shift")
    assert saved_mask(page)[near_line((30, 30), (150, 110), 4)].all()


def test_invert_and_clear(opened):
    page, fitted = opened
    page.keyboard.press("r")
    stroke(page, fitted.at(20.5, 40.5), fitted.at(49.5, 69.5))
    where = saved_mask(page)
    page.keyboard.press("i")
    np.testing.assert_array_equal(saved_mask(page), ~where)
    page.click("#clear")
    assert page.locator("#fill").is_disabled()
    page.keyboard.press("Control+z")
    np.testing.assert_array_equal(saved_mask(page), ~where)


def shown(page, x, y):
    """The colour of the canvas at a place of the screen."""
    return page.evaluate(
        """async ([x, y]) => {
          await new Promise(requestAnimationFrame);
          await new Promise(requestAnimationFrame);
          const canvas = document.querySelector("#canvas");
          const { left, top } = canvas.getBoundingClientRect();
          const at = [x - left, y - top].map((one) => Math.floor(one * devicePixelRatio));
          return [...canvas.getContext("2d").getImageData(...at, 1, 1).data.slice(0, 3)];
        }""",
        [x, y],
    )


def test_comparing_with_the_original(opened):
    page, fitted = opened
    page.keyboard.press("r")
    stroke(page, fitted.at(60.5, 40.5), fitted.at(139.5, 99.5))
    filled(page)
    page.mouse.move(*fitted.at(5, 5))
    left, right = fitted.at(80.5, 60.5), fitted.at(120.5, 60.5)
    originals = [bright()[60, 80].tolist(), bright()[60, 120].tolist()]
    assert shown(page, *left) == shown(page, *right) == [VALUE] * 3
    page.keyboard.down("c")
    assert [shown(page, *left), shown(page, *right)] == originals
    page.keyboard.up("c")
    assert shown(page, *left) == [VALUE] * 3
    page.click("#compare")
    assert [shown(page, *left), shown(page, *right)] == [originals[0], [VALUE] * 3]
    page.mouse.move(*fitted.at(100, 20))
    page.mouse.down()
    page.mouse.move(*fitted.at(130, 20), steps=3)
    page.mouse.up()
    assert [shown(page, *left), shown(page, *right)] == originals
    page.locator("#divider").press("Home")
    assert shown(page, *left) == [VALUE] * 3
    assert page.get_attribute("#divider", "aria-valuenow") == "0"
    page.keyboard.press("d")
    assert page.locator("#divider").is_hidden()
