"""Which pictures a folder, a glob or a list means."""

import pytest

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


def test_a_list_keeps_its_order(folder):
    (folder / "list.txt").write_text(f"deep/d.bmp\n\n{folder}/a.png\n")
    found = list_pictures(str(folder / "list.txt"))
    assert names(found, folder) == ["deep/d.bmp", "a.png"]


def test_refusals(folder):
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
