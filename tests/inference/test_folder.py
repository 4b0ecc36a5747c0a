"""Which picture goes with which mask to which output."""

import os

import pytest

from inpaint_tf.errors import InputError
from inpaint_tf.inference.folder import Job, Missing, folder_jobs, list_jobs


def touch(directory, *names):
    directory.mkdir(exist_ok=True)
    for name in names:
        (directory / name).touch()
    return str(directory)


def test_masks_are_matched_by_stem(tmp_path):
    images = touch(tmp_path / "images", "b.jpg", "a.PNG", "c.tif", ".hidden.png", "notes.txt")
    masks = touch(tmp_path / "masks", "a.png", "b.webp", "z.png")
    jobs, notices = folder_jobs(images, str(tmp_path / "out"), mask_dir=masks)
    assert jobs[:2] == [
        Job(f"{images}/a.PNG", f"{masks}/a.png", str(tmp_path / "out/a.png")),
        Job(f"{images}/b.jpg", f"{masks}/b.webp", str(tmp_path / "out/b.png")),
    ]
    assert isinstance(jobs[2], Missing) and "c.tif has no mask" in jobs[2].reason
    assert len(jobs) == 3
    assert "notes.txt" in notices[0]


def test_one_mask_or_none_for_all(tmp_path):
    images = touch(tmp_path / "images", "a.png", "b.png")
    jobs, notices = folder_jobs(images, "out", mask="m.png")
    assert [job.mask for job in jobs] == ["m.png", "m.png"] and notices == []
    assert [job.mask for job in folder_jobs(images, "out")[0]] == [None, None]


def test_sub_directories_are_not_entered(tmp_path):
    images = touch(tmp_path / "images", "a.png")
    touch(tmp_path / "images" / "more.png", "b.png")
    assert len(folder_jobs(images, "out")[0]) == 1


def test_outputs_must_not_meet_nor_overwrite(tmp_path):
    images = touch(tmp_path / "images", "a.png", "a.jpg")
    with pytest.raises(InputError, match="both be written to"):
        folder_jobs(images, "out")
    images = touch(tmp_path / "others", "a.png")
    with pytest.raises(InputError, match="would overwrite"):
        folder_jobs(images, os.path.join(images, "."))
    masks = touch(tmp_path / "masks", "a.png")
    with pytest.raises(InputError, match="would overwrite"):
        folder_jobs(images, masks, mask_dir=masks)
    touch(tmp_path / "masks", "a.bmp")
    with pytest.raises(InputError, match="both masks for a"):
        folder_jobs(images, "out", mask_dir=masks)


def test_missing_and_empty_directories_are_named(tmp_path):
    with pytest.raises(InputError, match=r"--image_dir .*none is not a directory"):
        folder_jobs(str(tmp_path / "none"), "out")
    with pytest.raises(InputError, match="holds no pictures"):
        folder_jobs(touch(tmp_path / "empty", "notes.txt"), "out")
    images = touch(tmp_path / "images", "a.png")
    with pytest.raises(InputError, match=r"--mask_dir .*none is not a directory"):
        folder_jobs(images, "out", mask_dir=str(tmp_path / "none"))


def test_list_of_lines(tmp_path):
    (tmp_path / "list.txt").write_text(
        "# comment\n\na.png m.png o.png\n"
        "'with space.png'  m.png  \"o 2.png\"\n"
        "x y.png\tm.png\to 3.png\n"
    )
    assert list_jobs(tmp_path / "list.txt") == [
        Job("a.png", "m.png", "o.png"),
        Job("with space.png", "m.png", "o 2.png"),
        Job("x y.png", "m.png", "o 3.png"),
    ]


@pytest.mark.parametrize(
    "text, words",
    [
        ("a.png m.png\n", "line 1 has 2 name"),
        ("a b c\n\nd e f g\n", "line 3 has 4 name"),
        ("a 'b c\n", "quotation mark"),
        ("# nothing\n", "names no picture"),
        ("a m o\nb m ./o\n", "both be written"),
        ("a m b\nb m c\n", "which is one of the pictures or masks given"),
        ("a m o\nb n ./m\n", "which is one of the pictures or masks given"),
    ],
)
def test_bad_lists_name_the_line(tmp_path, text, words):
    (tmp_path / "list.txt").write_text(text)
    with pytest.raises(InputError, match=words):
        list_jobs(tmp_path / "list.txt")


def test_what_is_no_list_is_named(tmp_path):
    (tmp_path / "list.txt").write_bytes(b"\x89PNG\xff\xfe\x00")
    with pytest.raises(InputError, match="not a text file"):
        list_jobs(tmp_path / "list.txt")
    with pytest.raises(InputError, match="is a directory"):
        list_jobs(tmp_path)
    with pytest.raises(InputError, match="No such file"):
        list_jobs(tmp_path / "none.txt")
