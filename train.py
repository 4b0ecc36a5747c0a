"""Trains a network: `python train.py --config places2.yml --set data.train=PHOTOS`."""

import sys

from inpaint_tf.cli.train import main

if __name__ == "__main__":
    sys.exit(main())
