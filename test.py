"""Completes the holes of photos: `python test.py --image x.png --mask m.png`."""

import sys

from inpaint_tf.cli.inpaint import main

if __name__ == "__main__":
    sys.exit(main())
