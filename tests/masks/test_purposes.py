"""Purposes of random numbers: a number each, which stay what they were."""

from inpaint_tf.masks import purposes


def test_purposes_are_told_apart_and_keep_their_numbers():
    found = {name: value for name, value in vars(purposes).items() if name.isupper()}
    before = {"ORDER": 1, "CROP": 2, "HOLE": 3, "VALIDATION": 4, "AUGMENTATION": 5, "EVALUATION": 6}
    assert found.items() >= before.items()
    assert len({*found.values()}) == len(found)
