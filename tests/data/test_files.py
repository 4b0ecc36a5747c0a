"""Which pictures a folder, a glob or a list means."""

import unicodedata

import pytest

from inpaint_tf.data import files
from inpaint_tf.data.files import list_pictures
from inpaint_tf.errors import InputError


@pytest.fixture
def folder(tmp_path):
    for name in ("b.JPG", "a.png", "deep/er/c.webp", "notes.txt", ".hidden.png", "deep/d.bmp"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")
    return tmp_path


def names(paths, folder):
    return [path[len(str(folder)) + 1 :] for path in paths]


def test_a_folder_is_searched_recursively(folder):
    assert names(list_pictures(str(folder)), folder) == [
        "a.png", "b.JPG", "deep/d.bmp", "deep/er/c.webp",
    ]  # fmt: skip


def test_a_glob(folder):
    assert names(list_pictures(f"{folder}/**/*.webp"), folder) == ["deep/er/c.webp"]
    assert names(list_pictures(f"{folder}/*"), folder) == ["a.png", "b.JPG"]
    assert names(list_pictures(f"{folder}/*/*/*"), folder) == ["deep/er/c.webp"]
    assert names(list_pictures(f"{folder}/d*/**/er/*.webp"), folder) == ["deep/er/c.webp"]
    for pattern in ("**/*.WEBP", "**/d*/*.webp", "a\0/*.png"):
        with pytest.raises(InputError, match="holds no pictures|does not exist"):
            list_pictures(f"{folder}/{pattern}")


@pytest.mark.parametrize(
    "pattern, root", [("/**/a.png", "/"), ("/b/**/a.png", "/b"), ("**/a.png", "."), ("c/**", "c")]
)
def test_globs_begin_where_they_say(monkeypatch, pattern, root):
    walked = []
    monkeypatch.setattr(files, "_walk", lambda folder: walked.append(folder) or [])
    with pytest.raises(InputError, match="holds no pictures"):
        list_pictures(pattern)
    assert walked == [root]


@pytest.mark.parametrize("name, start", [("a.png", b""), ("photo", b"\x89PNG\r\n\x1a\n")])
def test_a_picture_is_known_by_its_name_or_its_first_bytes(tmp_path, name, start):
    (tmp_path / name).write_bytes(start)
    assert list_pictures(str(tmp_path / name)) == [str(tmp_path / name)]


def test_a_list_keeps_its_order(folder):
    (folder / "list.txt").write_text(f"deep/d.bmp\n\n{folder}/a.png\n")
    found = list_pictures(str(folder / "list.txt"))
    assert names(found, folder) == ["deep/d.bmp", "a.png"]


def test_refusals(folder):
    (folder / "list.txt").write_text("'a.png' b.JPG\n")
    with pytest.raises(InputError, match="line 1 of .*list.txt names 'a.png' b.JPG, which is not"):
        list_pictures(str(folder / "list.txt"))
    (folder / "list.txt").write_text("a.png\nb.png\n")
    with pytest.raises(InputError, match=r"data.train: line 2 of .*list.txt names b.png"):
        list_pictures(str(folder / "list.txt"))
    (folder / "empty").mkdir()
    with pytest.raises(InputError, match=r"empty' holds no pictures; expected files .jpg"):
        list_pictures(str(folder / "empty"))
    with pytest.raises(InputError, match="does not exist"):
        list_pictures(str(folder / "nowhere"))
    with pytest.raises(InputError, match="holds no pictures; expected a pattern"):
        list_pictures(f"{folder}/*.tif")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("name", ["list.txt", "list.csv", "list"])
def test_lists_of_every_kind(folder, name, encoding):
    lines = ["# mine", "", "a.png", '"deep/er/c.webp"', "deep/er/c.webp"]
    (folder / name).write_bytes("\r\n".join(lines).encode(encoding))
    found = names(list_pictures(str(folder / name)), folder)
    assert found == ["a.png", "deep/er/c.webp", "deep/er/c.webp"]


@pytest.mark.parametrize("data", ["a.png".encode("utf-16-le"), b"\xe9.png", b"a\0.png"])
def test_lists_that_are_no_text_are_refused(folder, data):
    (folder / "list.txt").write_bytes(data)
    with pytest.raises(InputError, match="list.txt is not a text file"):
        list_pictures(str(folder / "list.txt"))


def test_tiff_is_found_and_masks_beside_pictures_are_refused(tmp_path):
    for name in ("a.tif", "b.TIFF"):
        (tmp_path / name).touch()
    assert names(list_pictures(str(tmp_path)), tmp_path) == ["a.tif", "b.TIFF"]
    for name in ("a_mask.png", "b_MASK.png"):
        (tmp_path / name).touch()
        with pytest.raises(InputError, match=f"masks beside their pictures, {name}"):
            list_pictures(str(tmp_path))
        (tmp_path / name).unlink()


def test_links_to_folders_elsewhere_are_followed(folder, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "e.png").touch()
    (folder / "link").symlink_to(elsewhere)
    assert names(list_pictures(str(folder)), folder)[-1] == "link/e.png"
    assert names(list_pictures(f"{folder}/**/e.png"), folder) == ["link/e.png"]


def test_links_that_lead_back_are_followed_once(tmp_path):
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "a.png").touch()
    (tmp_path / "one" / "up").symlink_to(tmp_path)
    (tmp_path / "two").symlink_to(tmp_path / "one")
    for source in (str(tmp_path), f"{tmp_path}/**/*.png"):
        assert names(list_pictures(source), tmp_path) == ["one/a.png"]


def test_names_of_lists_are_found_in_either_form_of_unicode(tmp_path):
    (tmp_path / unicodedata.normalize("NFD", "über.png")).touch()
    (tmp_path / "list.txt").write_text(unicodedata.normalize("NFC", "über.png"), "utf-8")
    assert len(list_pictures(str(tmp_path / "list.txt"))) == 1


def test_a_device_is_not_said_to_be_missing():
    with pytest.raises(InputError, match="is neither a folder, a glob nor a list"):
        list_pictures("/dev/null")
    with pytest.raises(InputError, match="does not exist"):
        list_pictures("/dev/nothing here")


@pytest.mark.parametrize("pattern", ["**", "**/*", "**/**", "**/*.*"])
def test_two_stars_mean_everything_below(folder, pattern):
    want, deep = list_pictures(str(folder)), ["deep/d.bmp", "deep/er/c.webp"]
    assert len(want) == 4 and list_pictures(f"{folder}/{pattern}") == want
    assert names(list_pictures(f"{folder}/deep/{pattern}"), folder) == deep
    assert names(list_pictures(f"{folder}/*/**"), folder) == deep
