"""The project of a campaign: ten tiny photos, two bought edits of each."""

import random
from pathlib import Path

from tests.faults.variants import Variant
from tests.walls import write_walls

PHOTOS = 10
ACTIONS = 2 * PHOTOS
PRICE = "0.55"
MODEL = "runflow/reference-inpaint"
_SIZE_PX = (16, 24)

SETTINGS = """\
provider = "runflow"
[providers.runflow]
base_url = "{url}"
requests_per_second = 200
concurrency = {concurrency}
connect_timeout_s = 1
answer_timeout_s = {answer_s}
transfer_timeout_s = 2
job_timeout_s = 60
{honors}
"""
CAP = '[policy]\nmax_month = "{cap} USD"\n'


def make_project(
    root: Path,
    variant: Variant,
    url: str,
    *,
    seed: str,
    cap: str | None,
    photos: int = PHOTOS,
    concurrency: int = 4,
    answer_s: int = 2,
) -> None:
    """Write a project that buys through a proxy.

    Args:
        root: Made here.
        variant: Says whether the runner may rely on the key.
        url: Of the proxy.
        seed: Of the photos.
        cap: In US dollars, of a month; None for none.
        photos: How many; two actions each.
        concurrency: Jobs at once.
        answer_s: How long the runner waits for an answer.
    """
    (root / "photos").mkdir(parents=True)
    honors = "honors_idempotency = true" if variant.honors_keys else ""
    settings = SETTINGS.format(url=url, honors=honors, concurrency=concurrency, answer_s=answer_s)
    (root / "runner.toml").write_text(settings + ("" if cap is None else CAP.format(cap=cap)))
    write_walls(root, photos, random.Random(seed).getrandbits(64), _SIZE_PX)
