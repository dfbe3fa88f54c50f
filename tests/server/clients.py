"""What clients do with a server, in one line each."""

import time
from collections.abc import Callable

import httpx2
import numpy as np

from tests.server.photos import data_url, png
from tests.server.process import wait_for_run

RESIZE = "/v1/models/image/resize/runs"


def resize_input(seed: int = 0) -> dict[str, object]:
    """Give the input of a quick run: a small picture of noise; another seed gives another one."""
    pixels = np.random.default_rng(seed).integers(0, 256, (16, 24, 3), dtype=np.uint8)
    return {"image_url": data_url(png(pixels)), "width": 8}


def long_input() -> dict[str, object]:
    """Give the input of a run of ``image/resize`` that takes some seconds."""
    return {**resize_input(), "width": 3000, "height": 3000, "fit": "stretch"}


def send_run(client: httpx2.Client, seed: int = 0, **members: object) -> dict[str, object]:
    """Create a quick run; gives it as it was accepted."""
    answer = client.post(RESIZE, json={"input": resize_input(seed), **members})
    assert answer.status_code == 201, answer.text
    run: dict[str, object] = answer.json()
    return run


def finished_run(client: httpx2.Client, seed: int = 0, **members: object) -> dict[str, object]:
    """Create a quick run and wait for its end."""
    return wait_for_run(client, str(send_run(client, seed, **members)["id"]))


def told(answer: httpx2.Response) -> tuple[int, str, list[str]]:
    """Give a refusal as status, code and the fields that were wrong."""
    problem = answer.json()
    assert set(problem) == {"code", "message", "errors"}, problem
    return answer.status_code, problem["code"], [error["field"] for error in problem["errors"] or []]


def wait_until(holds: Callable[[], bool], seconds: float = 60.0) -> None:
    """Wait until something holds."""
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, f"not within {seconds} s"
        time.sleep(0.05)


def words(text: str) -> frozenset[str]:
    """Give the words of a text."""
    return frozenset(text.split())
