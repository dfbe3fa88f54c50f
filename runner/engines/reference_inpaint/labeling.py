"""The labels of a grid with the least total cost."""

import numpy as np
from numpy.typing import NDArray

Costs = NDArray[np.float32]
"""Shape (labels, rows, columns)."""

Gaps = NDArray[np.float32]
"""Price of a change from one label to another at each pixel, shape (labels, labels, rows, columns)."""

_ROUNDS = 5


def settle(costs: Costs, gaps: Gaps) -> Costs:
    """Pass min-sum messages over the grid in sweeps, right, left, down and up; gives each label's belief, a cost.

    A sweep carries what is known at one side of the grid to the other, so that few rounds are enough.

    References:
        Tappen and Freeman, "Comparison of Graph Cuts with Belief Propagation for Stereo", ICCV 2003 (the order).
    """
    across = np.ascontiguousarray(np.moveaxis(gaps[..., :-1] + gaps[..., 1:], 3, 0))
    down = np.ascontiguousarray(np.moveaxis(gaps[:, :, :-1] + gaps[:, :, 1:], 2, 0))
    by_column, by_row = np.moveaxis(costs, 2, 0), np.moveaxis(costs, 1, 0)
    right, left = np.zeros(by_column.shape, np.float32), np.zeros(by_column.shape, np.float32)
    low, high = np.zeros(by_row.shape, np.float32), np.zeros(by_row.shape, np.float32)
    for _ in range(_ROUNDS):
        upright = by_column + np.swapaxes(low + high, 0, 2)
        _sweep(right, upright, across)
        _sweep(left[::-1], upright[::-1], across[::-1])
        level = by_row + np.swapaxes(right + left, 0, 2)
        _sweep(low, level, down)
        _sweep(high[::-1], level[::-1], down[::-1])
    return np.asarray(np.moveaxis(by_row + low + high + np.swapaxes(right + left, 0, 2), 0, 1), np.float32)


def _sweep(sent: NDArray[np.float32], own: NDArray[np.float32], gaps: NDArray[np.float32]) -> None:
    """Fill ``sent[line]`` with what a line hears from the one before it.

    Args:
        sent: Changed in place, shape (lines, labels, places).
        own: What each line believes but for what it hears along this sweep, same shape.
        gaps: Price between a line and the next, shape (lines - 1, labels, labels, places).
    """
    heard = np.zeros_like(own[0])
    for line in range(1, len(own)):
        heard = ((own[line - 1] + heard)[:, None] + gaps[line - 1]).min(axis=0)
        heard -= heard.min(axis=0)
        sent[line] = heard
