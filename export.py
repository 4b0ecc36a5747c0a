"""Writes a SavedModel for TF Serving: `python export.py --weights PATH --output_dir DIR`."""

import sys

from inpaint_tf.cli.export import main

if __name__ == "__main__":
    sys.exit(main())
