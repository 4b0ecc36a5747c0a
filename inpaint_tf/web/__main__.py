"""`python -m inpaint_tf.web`: serves the page and the HTTP interface."""

import sys

from inpaint_tf.web.command import main

if __name__ == "__main__":
    sys.exit(main())
