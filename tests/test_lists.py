"""Lines of lists, the names in them, and which names are those of masks."""

import os
import unicodedata

import pytest

from inpaint_tf import lists
from inpaint_tf.errors import InputError
from inpaint_tf.lists import existing, masks_beside, read_lines, split_names, stem_of


def test_lines_have_their_numbers_and_no_blanks_around_them(tmp_path):
    (tmp_path / "list").write_text("\n  # no name\n \t a#b.png \t\n#c.png\nd # e.png\n")
    assert read_lines(tmp_path / "list") == [(3, "a#b.png"), (5, "d # e.png")]


def test_a_list_may_have_as_many_bytes_as_the_limit(tmp_path, monkeypatch):
    monkeypatch.setattr(lists, "MOST_BYTES", 6)
    (tmp_path / "list").write_text("a\nbcd\n")
    assert read_lines(tmp_path / "list") == [(1, "a"), (2, "bcd")]
    (tmp_path / "list").write_text("a\nbcd\ne")
    with pytest.raises(InputError, match="list has more than 6 bytes; expected one path a line"):
        read_lines(tmp_path / "list")


def test_names_of_a_line():
    names = ["a b", "c.png", "d e", '"', "'f"]
    assert split_names('a b\t  c.png \t\t"d e"\t"\t\'f', "x") == names
    assert split_names('"ab\tcd"\t"ef\t""', "x") == ['"ab', 'cd"', '"ef', '""']
    assert split_names("a 'b c' \"d e\"", "x") == ["a", "b c", "d e"]
    longest = "a" * lists.LONGEST_LINE
    assert split_names(longest, "x") == [longest]
    with pytest.raises(InputError, match=f"x has {len(longest) + 1} characters"):
        split_names(longest + "a", "x")


@pytest.mark.parametrize("there, named", [("NFC", "NFD"), ("NFD", "NFC")])
def test_names_are_looked_for_where_the_command_runs_and_beside_the_list(
    tmp_path, monkeypatch, there, named
):
    there, named = (unicodedata.normalize(form, "\u00fcber.png") for form in (there, named))
    folder = tmp_path / "folder"
    folder.mkdir()
    monkeypatch.chdir(tmp_path)
    assert existing(named, str(folder)) is None
    (folder / there).touch()
    assert existing(named, str(folder)) == os.path.join(folder, there)
    (tmp_path / there).touch()
    assert existing(named, str(folder)) == there


def test_only_beside_its_picture_a_name_is_that_of_a_mask():
    paths = ["p/a.jpg", "p/a_mask.png", "p/b_MASK.png", "q/a_mask.png", "p/c.png", "p/c_Mask.tif"]
    assert masks_beside(paths) == ["p/a_mask.png", "p/c_Mask.tif"]
    assert stem_of("p/c_MASK.tif") == "p/c_mask" and stem_of("p/C.d.tif") == "p/C.d"
