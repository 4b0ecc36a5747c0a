"""An export of the U-Net of partial convolutions, batch statistics included."""

import numpy as np
import pytest
import tensorflow as tf

from inpaint_tf.cli.export import main
from inpaint_tf.inference.compiled import CompiledGenerator
from inpaint_tf.inference.inpainter import Inpainter
from inpaint_tf.models.registry import create_model
from inpaint_tf.weights.safetensors import save_model


@pytest.mark.slow
def test_export_answers_as_the_inpainter(tmp_path, capsys):
    network = create_model("partial_conv_unet", levels=4, width=2)
    for unit in network.encoder[1:]:
        unit.norm.moving_mean.assign(np.linspace(-0.2, 0.3, unit.row.filters))
    path = tmp_path / "net.safetensors"
    save_model(path, network)
    assert main([f"--weights={path}", f"--output_dir={tmp_path / 'exported'}"]) == 0
    assert "patches that attention compares: none" in capsys.readouterr().out

    loaded = tf.saved_model.load(str(tmp_path / "exported" / "1"))
    image = np.random.default_rng(0).integers(0, 256, [2, 41, 58, 3], np.uint8)
    mask = np.zeros([2, 41, 58, 1], np.uint8)
    mask[0, 10:20, 20:40] = mask[1, 30:36, 3:9] = 255
    answer = loaded.signatures["serving_default"](image=image, mask=mask)["completed"].numpy()
    np.testing.assert_array_equal(answer[mask[..., 0] == 0], image[mask[..., 0] == 0])
    wanted = Inpainter(CompiledGenerator(network))(image, mask[..., 0] > 0)
    assert np.abs(answer.astype(int) - wanted).max() <= 1
    explained = loaded.signatures["explain"](image=image, mask=mask)
    assert set(explained) == {"completed", "refined"}
