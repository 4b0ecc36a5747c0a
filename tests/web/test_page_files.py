"""The page in Chromium: pictures in and out, masks, options."""

import base64
import io

import numpy as np
import pytest
from PIL import Image
from web.browser import (
    HEIGHT,
    VALUE,
    WIDTH,
    Fitted,
    box_hole,
    bright,
    filled,
    open_picture,
    paint_box,
    saved,
    saved_mask,
    saved_pixels,
    set_size,
    stroke,
    visited,
)
from web.harness import REASON, decoded, encoded

pytest.importorskip("fastapi", reason=REASON)
pytestmark = pytest.mark.slow


def give(page, event, *files):
    """Drops or pastes files, each a name, a media type and bytes."""
    listed = [[name, kind, base64.b64encode(data).decode()] for name, kind, data in files]
    page.evaluate(
        """([event, files]) => {
          const transfer = new DataTransfer();
          for (const [name, type, text] of files) {
            const bytes = Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
            transfer.items.add(new File([bytes], name, { type }));
          }
          const about = { bubbles: true, cancelable: true };
          document.body.dispatchEvent(event === "paste"
            ? new ClipboardEvent(event, { ...about, clipboardData: transfer })
            : new DragEvent(event, { ...about, dataTransfer: transfer }));
        }""",
        [event, listed],
    )


@pytest.mark.parametrize("event", ["drop", "paste"])
def test_a_picture_is_dropped_or_pasted(page, event):
    give(page, event, ("dropped.png", "image/png", encoded(bright())))
    page.wait_for_selector("#status:has-text('dropped.png, 200 × 150')")
    paint_box(page)
    filled(page)
    name, data = saved(page, "#save")
    assert name == "dropped_inpainted.png"
    expected = np.where(box_hole()[..., None], np.uint8(VALUE), bright())
    np.testing.assert_array_equal(decoded(data), expected)


@pytest.mark.parametrize("names", [("mask.png", "x.png"), ("x.png", "y.png")])
def test_a_picture_is_dropped_with_its_mask(page, names):
    mask = encoded(box_hole().astype(np.uint8) * 255)
    files = dict(zip(names, (mask, encoded(bright()))))
    if "mask.png" not in names:
        files = dict(zip(names, (encoded(bright()), mask)))
    give(page, "drop", *((name, "image/png", data) for name, data in files.items()))
    page.wait_for_selector("#status:has-text('Mask loaded.')")
    np.testing.assert_array_equal(saved_mask(page), box_hole())


@pytest.mark.parametrize("white", [True, False])
def test_masks_of_either_polarity_are_loaded(opened, white):
    page, _ = opened
    page.click("#show-options")
    page.select_option("#mask-white", "white" if white else "black")
    page.click("#options button")
    data = encoded((box_hole() == white).astype(np.uint8) * 255, "TIFF")
    mask = {"name": "m.tif", "mimeType": "image/tiff", "buffer": data}
    page.set_input_files("#mask-file", mask)
    page.wait_for_selector("#status:has-text('Mask loaded.')")
    np.testing.assert_array_equal(saved_mask(page), box_hole())


def test_the_files_own_bytes_are_sent_so_16_bits_survive(page, painter):
    import tifffile

    picture = bright().astype(np.uint16) * 257 - np.arange(WIDTH, dtype=np.uint16)[:, None]
    file = io.BytesIO()
    tifffile.imwrite(file, picture, photometric="rgb")
    open_picture(page, None, "deep.tif", "image/tiff", file.getvalue())
    paint_box(page)
    filled(page)
    name, data = saved(page, "#save")
    assert name == "deep_inpainted.tif"
    result = tifffile.imread(io.BytesIO(data))
    assert result.dtype == np.uint16
    np.testing.assert_array_equal(result[~box_hole()], picture[~box_hole()])
    assert (result[box_hole()] == VALUE).all()


def test_a_turned_photo_of_a_camera(page):
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "Camera", 6
    smooth = np.linspace(100, 255, WIDTH).astype(np.uint8)
    picture = np.broadcast_to(smooth[:, None], [HEIGHT, WIDTH, 3])
    stored = np.rot90(picture).copy()
    data = encoded(stored, "JPEG", quality=95, exif=exif.tobytes())
    open_picture(page, None, "camera.JPEG", "image/jpeg", data)
    paint_box(page)
    filled(page)
    name, data = saved(page, "#save")
    result = Image.open(io.BytesIO(data))
    assert name == "camera_inpainted.JPEG" and result.format == "JPEG"
    assert result.getexif()[0x010F] == "Camera" and 0x0112 not in result.getexif()
    error = np.abs(np.asarray(result).astype(int) - picture)
    assert error[~box_hole(24, 14, 72, 62)].max() < 12 and error[box_hole()].min() > 15
    page.click("#show-options")
    page.select_option("#save-as", "image/png")
    page.keyboard.press("Escape")
    name, data = saved(page, "#save")
    assert name == "camera_inpainted.png" and Image.open(io.BytesIO(data)).format == "PNG"


def test_a_turned_webp_which_the_browser_leaves_lying(page):
    exif = Image.Exif()
    exif[0x0112] = 6
    data = encoded(np.rot90(bright()).copy(), "WEBP", lossless=True, exif=exif.tobytes())
    open_picture(page, None, "camera.webp", "image/webp", data)
    assert "200 × 150" in page.inner_text("#status")
    paint_box(page)
    filled(page)
    page.click("#show-options")
    page.select_option("#save-as", "image/png")
    page.keyboard.press("Escape")
    expected = np.where(box_hole()[..., None], np.uint8(VALUE), bright())
    np.testing.assert_array_equal(saved_pixels(page), expected)


def test_what_only_the_browser_can_read_goes_on_as_png(page):
    picture = np.repeat(bright()[..., :1], 3, axis=2)
    open_picture(page, None, "drawn.gif", "image/gif", encoded(picture[..., 0], "GIF"))
    paint_box(page)
    filled(page)
    name, data = saved(page, "#save")
    assert name == "drawn_inpainted.png"
    np.testing.assert_array_equal(decoded(data)[~box_hole()][:, :3], picture[~box_hole()])


def test_options_are_sent_and_kept(opened, painter):
    page, fitted = opened
    page.click("#show-options")
    assert "Enlarges the hole" in page.inner_text("#option-grow-help")
    page.fill("#option-grow", "5")
    page.fill("#option-feather", "3")
    page.click("#options button")
    paint_box(page, fitted)
    filled(page)
    _, where, options = painter.seen[0]
    assert where[15, 50] and not where[14, 50] and options.feather == 3
    page.reload()
    page.wait_for_selector("#option-grow", state="attached")
    assert page.input_value("#option-grow") == "5"


def test_enter_fills_after_a_look_at_the_options_and_the_keys(opened):
    page, fitted = opened
    paint_box(page, fitted)
    for name in ("options", "keys"):
        page.click(f"#show-{name}")
        page.locator(f"#{name}").wait_for()
        page.keyboard.press("Escape")
        # A dialog says that it has closed when other work is done.
        page.locator("#canvas:focus").wait_for()
    filled(page)
    page.locator("#show-options").press("Enter")  # by keyboard one comes back to the button
    page.locator("#options").wait_for()
    page.keyboard.press("Escape")
    page.locator("#show-options:focus").wait_for()


def test_what_is_said_goes_when_something_is_painted(opened):
    page, fitted = opened
    assert page.locator("#status").is_visible()
    paint_box(page, fitted)
    assert page.locator("#status").is_hidden()
    filled(page)
    assert page.locator("#status").is_visible()


def test_copying(browser, address):
    with visited(browser, address, permissions=["clipboard-read", "clipboard-write"]) as page:
        open_picture(page, bright())
        paint_box(page)
        filled(page)
        page.keyboard.press("Control+c")
        page.wait_for_selector("#status:has-text('Copied.')")
        text = page.evaluate(
            """async () => {
              const [item] = await navigator.clipboard.read();
              const blob = await item.getType("image/png");
              return btoa(String.fromCharCode(...new Uint8Array(await blob.arrayBuffer())));
            }"""
        )
        copied = decoded(base64.b64decode(text))
        assert (copied[box_hole()][:, :3] == VALUE).all()
        np.testing.assert_array_equal(copied[~box_hole()][:, :3], bright()[~box_hole()])


def test_a_photo_of_12_megapixels(page):
    columns = np.linspace(100, 255, 4000).astype(np.uint8)
    picture = np.broadcast_to(columns[None, :, None], [3000, 4000, 3]).copy()
    data = encoded(picture, "JPEG", quality=90)
    open_picture(page, None, "large.jpg", "image/jpeg", data)
    fitted = Fitted(page, 3000, 4000)
    set_size(page, 206)
    stroke(page, fitted.at(1000, 1000), fitted.at(2000, 1500))
    where = saved_mask(page)
    assert where.shape == (3000, 4000) and where[1250, 1500] and not where[1250, 2200]
    filled(page)
    page.click("#show-options")
    page.select_option("#save-as", "image/png")
    page.keyboard.press("Escape")
    result, read = saved_pixels(page), decoded(data)
    np.testing.assert_array_equal(result[~where], read[~where])
    assert (result[where] == VALUE).all()
