"""`python -m inpaint_tf`: the console program."""

import sys

from inpaint_tf.program import main

if __name__ == "__main__":
    sys.exit(main())
