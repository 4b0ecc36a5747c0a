"""The configuration's scale and colours arrive where training pictures are read."""

import numpy as np
from PIL import Image

from inpaint_tf.assembly.parts import make_loader
from inpaint_tf.config.load import load_config
from inpaint_tf.data.augmentation import Augmentation


def test_the_loader_varies_as_configured(tmp_path):
    for number in range(16):
        Image.fromarray(np.full([9, 9, 3], number, np.uint8)).save(tmp_path / f"{number}.png")
    overrides = ["scale=[0.5, 2]"]
    names = {"brightness": 0.1, "contrast": 0.2, "saturation": 0.3, "hue": 0.4}
    overrides += [f"color_jitter.{name}={value}" for name, value in names.items()]
    overrides.append(f"train={tmp_path}")
    config = load_config("quick.yml", [f"data.{each}" for each in overrides])
    assert make_loader(config, (64, 64)).augmentation == Augmentation((0.5, 2), **names)
    plain = load_config("quick.yml", [f"data.train={tmp_path}"])
    assert make_loader(plain, (64, 64)).augmentation == Augmentation()
