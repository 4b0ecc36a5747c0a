"""A worker process on this machine: Beam's own, without its log of everything it does."""

import logging
import signal
import sys


def main():
    """Runs until the pipeline ends, or the process that started it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # meant for that process
    handler = logging.StreamHandler()
    handler.setLevel(logging.ERROR)
    logging.basicConfig(handlers=[handler])
    from apache_beam.runners.worker import sdk_worker_main  # only now: it logs at once

    sdk_worker_main.main(sys.argv)


if __name__ == "__main__":
    main()
