"""Measuring two ways of doing the same thing in turn, as the speed of a machine drifts."""

import signal
import statistics
import sys
import time

# Whoever is told to stop clears up as well.
signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))


def in_turn(rounds, ours, floor):
    """Runs `ours` and `floor` one after the other, `rounds` times; each gives back its seconds. The first round only warms up."""
    pairs = []
    for number in range(rounds + 1):
        pair = (ours(), floor())
        if number > 0:
            pairs.append(pair)
            print(f"  round {number}: {pair[0]:.3f} s against {pair[1]:.3f} s", file=sys.stderr)
    return pairs


class Row:
    """One line of the table: the medians of both, and the median of their ratios with the middle half of them."""

    def __init__(self, name, pairs):
        ratios = [ours / floor for ours, floor in pairs]
        self.cells = [
            name,
            f"{statistics.median(ours for ours, _ in pairs) * 1000:.0f} ms",
            f"{statistics.median(floor for _, floor in pairs) * 1000:.0f} ms",
            f"{statistics.median(ratios):.2f}",
            middle_half(ratios),
        ]


def middle_half(ratios):
    """Between what and what half of them lie."""
    ratios = sorted(ratios)
    quarter = len(ratios) // 4
    return f"{ratios[quarter]:.2f}-{ratios[-1 - quarter]:.2f}"


def table(rows, headings=("", "orchestrator", "by hand", "ratio", "middle half")):
    """The rows under their headings, as Markdown."""
    lines = [list(headings)] + [row.cells for row in rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    text = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths)) + " |" for line in lines]
    return "\n".join([text[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|"] + text[1:])


def until(condition, seconds=60):
    """Waits until `condition` holds, asking again every 2 ms."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError("it never came true")
        time.sleep(0.002)
