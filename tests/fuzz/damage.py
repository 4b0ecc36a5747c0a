"""Random damage, and what no damage may bring about.

FUZZ_CASES sets how many cases each test has (5 seconds' worth by default, a minute for all), and
FUZZ_SEED the damage. A case that fails is named by its number; nothing else is random.
"""

import os
import re
import time

import numpy as np

SECONDS = 5.0  # of every test, where nothing is said
CASES = int(os.environ.get("FUZZ_CASES", 0))
SEED = int(os.environ.get("FUZZ_SEED", 0))
SLOWEST = 20.0  # seconds for one case
MOST_MEMORY = 2 * 2**20  # kilobytes that one case may take


def cases(seeds, change=None, fewest=20):
    """Damaged versions of `seeds`, each of which is looked at when the next one is asked for.

    Args:
        seeds: what is damaged.
        change: function of one of them and a `RandomState`; `damaged` by default.
        fewest: how many there must have been at last.
    """
    random, seeds = np.random.RandomState(SEED), list(seeds)
    began, number, longest, most = time.monotonic(), 0, 0.0, 0
    while number < CASES if CASES else time.monotonic() - began < SECONDS:
        case = (change or damaged)(seeds[random.randint(len(seeds))], random)
        start, before = time.monotonic(), _from_now_on()
        try:
            yield case
        except GeneratorExit:
            print(f"case {number} of seed {SEED}")
            raise
        seconds, memory = time.monotonic() - start, _memory("VmHWM") - before
        assert seconds < SLOWEST, f"case {number} of seed {SEED} took {seconds:.0f} s"
        assert memory < MOST_MEMORY, f"case {number} of seed {SEED} took {memory} kB"
        number, longest, most = number + 1, max(longest, seconds), max(most, memory)
    print(f"{number} cases, the longest {longest:.1f} s, the most memory {most // 1024} MB")
    assert number >= min(fewest, CASES or fewest)


def damaged(data, random):
    """The bytes with a few of them changed, cut out, doubled, or the end missing."""
    data = bytearray(data)
    for _ in range(random.randint(1, 4)):
        place = random.randint(max(len(data), 1))
        kind = random.randint(6)
        if kind == 0:
            del data[place:]
        elif kind == 1:
            del data[place : place + random.randint(1, 20)]
        elif kind == 2:
            data[place:place] = data[place : place + random.randint(1, 20)]
        elif kind == 3:
            data[place : place + 4] = bytes(random.choice([0, 255, 127, 1], 4).astype(np.uint8))
        elif len(data):
            data[place % len(data)] = random.randint(256)
    return bytes(data)


ODD = (-1, 0, 1, 3, 7, 255, 65536, 2**31, 2**40, 2**63, 10**30, 1e3, 0.5, float("nan"), "", "4")
ODD += ("x" * 300, "\0", None, True, [], {}, [[[1]]], {"a": {"b": 1}}, "../x", "é", "{}")


def odd_value(values, random):
    """A copy of nested lists and dicts in which one thing is another, missing, or doubled."""
    if isinstance(values, dict) and values and random.rand() < 0.85:
        key = list(values)[random.randint(len(values))]
        kind = random.randint(8)
        if kind == 0:
            return {name: value for name, value in values.items() if name != key}
        if kind == 1:
            return {**values, key + "x": values[key]}
        return {**values, key: odd_value(values[key], random)}
    if isinstance(values, (list, tuple)) and values and random.rand() < 0.85:
        place = random.randint(len(values))
        return [odd_value(v, random) if i == place else v for i, v in enumerate(values)]
    return ODD[random.randint(len(ODD))]


def _from_now_on():
    """Kilobytes that the process has; the most it has had counts from here on, where it can be."""
    try:
        with open("/proc/self/clear_refs", "w", encoding="ascii") as file:
            file.write("5")
    except OSError:
        pass
    return _memory("VmHWM")


def _memory(name):
    try:
        with open("/proc/self/status", encoding="ascii") as file:
            return int(re.search(rf"{name}:\s+(\d+)", file.read())[1])
    except OSError:  # no Linux
        return 0
