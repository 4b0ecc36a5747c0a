"""`python -m inpaint_tf.bulk`: completes many pictures on a cluster, or on all cores."""

import sys

from inpaint_tf.bulk.command import main

if __name__ == "__main__":
    sys.exit(main())
