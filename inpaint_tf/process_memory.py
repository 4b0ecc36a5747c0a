"""How much memory this process has taken."""

import sys

try:
    import resource
except ImportError:  # Windows
    resource = None


def own_peak():
    """Peak resident bytes of this process; None if the system does not say (Windows)."""
    try:
        with open("/proc/self/status") as file:
            line = next(line for line in file if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024
    except (OSError, StopIteration):  # no Linux, or one without this line
        if resource is None:
            return None
    # Here a process also counts what its parent held when it started; macOS counts in bytes.
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
