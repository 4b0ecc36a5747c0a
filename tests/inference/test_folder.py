"""Which picture goes with which mask to which output."""

import os
import unicodedata

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
        '"x y.png"\t"m.png"\t"o 4.png"\n'
    )
    assert list_jobs(tmp_path / "list.txt") == [
        Job("a.png", "m.png", "o.png"),
        Job("with space.png", "m.png", "o 2.png"),
        Job("x y.png", "m.png", "o 3.png"),
        Job("x y.png", "m.png", "o 4.png"),
    ]


def test_a_line_without_end_is_refused_soon(tmp_path):
    (tmp_path / "list.txt").write_text("a" * 10_000_000)
    with pytest.raises(InputError, match="line 1 has 10000000 characters"):
        list_jobs(tmp_path / "list.txt")


def test_a_link_to_nothing_stops_no_other_picture(tmp_path):
    images = touch(tmp_path / "images", "a.png")
    masks = touch(tmp_path / "masks", "m.png")
    os.symlink("nowhere.png", os.path.join(images, "dead.png"))
    jobs, _ = folder_jobs(images, "out", mask=os.path.join(masks, "m.png"))
    assert [os.path.basename(job.image) for job in jobs] == ["a.png", "dead.png"]


def test_the_ending_of_masks_may_be_in_capitals(tmp_path):
    both = touch(tmp_path / "both", "A.PNG", "A_MASK.PNG", "b.png", "b_Mask.png")
    jobs, _ = folder_jobs(both, "out", mask_dir=both)
    assert [os.path.basename(job.mask) for job in jobs] == ["A_MASK.PNG", "b_Mask.png"]


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


def test_masks_beside_pictures_pair_by_name(tmp_path):
    images = touch(tmp_path / "images", "a.jpg", "a_mask.png", "b.png", "b_mask.png", "c.png")
    jobs, notices = folder_jobs(images, "out", mask_dir=os.path.join(images, "."))
    assert [os.path.basename(job.image) for job in jobs] == ["a.jpg", "b.png", "c.png"]
    assert [os.path.basename(job.mask) for job in jobs[:2]] == ["a_mask.png", "b_mask.png"]
    assert isinstance(jobs[2], Missing) and notices == []
    masks = touch(tmp_path / "masks", "a_mask.png", "b.png", "c.png", "c_mask.png")
    jobs, notices = folder_jobs(images, "out", mask_dir=masks)
    assert [os.path.basename(job.mask) for job in jobs] == ["a_mask.png", "b.png", "c.png"]
    assert "2 file(s)" in notices[0] and "a_mask.png" in notices[0]


def test_no_picture_is_its_own_mask(tmp_path):
    images = touch(tmp_path / "images", "a.png", "b.png")
    with pytest.raises(InputError, match="its own mask; expected masks named NAME_mask"):
        folder_jobs(images, "out", mask_dir=images)
    (tmp_path / "masks").mkdir()
    (tmp_path / "masks" / "a.png").symlink_to(tmp_path / "images" / "a.png")
    touch(tmp_path / "masks", "b.png")
    jobs, _ = folder_jobs(images, "out", mask_dir=str(tmp_path / "masks"))
    assert "as its own mask" in jobs[0].reason and isinstance(jobs[1], Job)
    (tmp_path / "list.txt").write_text(f"{images}/a.png {tmp_path}/masks/a.png o.png")
    with pytest.raises(InputError, match="line 1 gives .* as its own mask"):
        list_jobs(tmp_path / "list.txt")


@pytest.mark.parametrize("forms", [("NFC", "NFD"), ("NFD", "NFC")])
def test_names_pair_in_either_form_of_unicode(tmp_path, forms):
    one, other = (unicodedata.normalize(form, "\u00fcber.png") for form in forms)
    assert one != other
    images, masks = touch(tmp_path / "images", one), touch(tmp_path / "masks", other)
    jobs, _ = folder_jobs(images, "out", mask_dir=masks)
    assert jobs == [Job(f"{images}/{one}", f"{masks}/{other}", f"out/{one}")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_lists_in_any_encoding_and_beside_their_pictures(tmp_path, encoding):
    images = touch(tmp_path / "images", "a b.png", "m.png")
    line = "# image mask output\r\n'a b.png' m.png out/o.png\r\n"
    # Another list with a mark of its own was put behind it.
    line += "\ufeff# image mask output\r\n\ufeffm.png 'a b.png' out/p.png\r\n"
    (tmp_path / "images" / "list.txt").write_bytes(line.encode(encoding))
    jobs = list_jobs(tmp_path / "images" / "list.txt")
    one, other = f"{images}/a b.png", f"{images}/m.png"
    assert jobs == [Job(one, other, "out/o.png"), Job(other, one, "out/p.png")]
    (tmp_path / "list.txt").write_text("'' m.png o.png", encoding)
    with pytest.raises(InputError, match="line 1 has an empty name"):
        list_jobs(tmp_path / "list.txt")
