"""Draws of a scenario on a Spark cluster: each block is one task, and gives what it gives on one machine.

Needs the extra `spark`, and Resettle on every machine of the cluster (with the extra `sim` for persons, if it is to be fast).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from resettle.errors import BadInput, bad

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from resettle.reinvestment.flows.run import Found, Job

    Block = tuple[int, int]

WAVE = 2
"""Blocks that each core of the cluster works through before their results are fetched and kept."""


def worked(job: Job, block: Block) -> Found | str:
    """One block on a machine of the cluster; a fault of the input comes back as its words."""
    from resettle.reinvestment.flows.run import run_block

    try:
        return run_block(job, block)
    except BadInput as error:
        return str(error)


def spark_results(job: Job, blocks: list[Block], session: SparkSession | None = None) -> Iterator[tuple[Block, Found]]:
    """Every block with what it gave, in order, a wave of blocks at a time."""
    from resettle.area.spark import start

    context = (session or start()).sparkContext
    size = WAVE * max(context.defaultParallelism, 1)
    for first in range(0, len(blocks), size):
        wave = blocks[first : first + size]
        try:
            found = context.parallelize(wave, len(wave)).map(partial(worked, job)).collect()
        except Exception as error:
            raise bad(
                "Spark could not run a block of draws",
                value=str(error).strip().splitlines()[0][:200],
                do="Install Resettle on every machine of the cluster, under the same Python.",
            ) from None
        for block, one in zip(wave, found, strict=True):
            if isinstance(one, str):
                raise bad("a block of draws failed", value=one, do="Correct the scenario.")
            yield block, one
