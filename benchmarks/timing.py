"""How one job is timed, the same for all benchmarks: by the clock, by processor time, and the process's peak memory."""

from __future__ import annotations

import gc
import resource
import sys
import time
from collections.abc import Callable
from typing import TypedDict, TypeVar

Found = TypeVar("Found")


class Cost(TypedDict):
    """Seconds, processor seconds of all threads, and the peak memory of the process in MB."""

    seconds: float
    cpu: float
    mb: float


def timed(job: Callable[[], Found]) -> tuple[Found, Cost]:
    """What `job` finds and what it cost; what was imported and left behind before is not the job's."""
    gc.collect()
    busy, start = time.process_time(), time.perf_counter()
    found = job()
    seconds, busy = time.perf_counter() - start, time.process_time() - busy
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return found, {"seconds": seconds, "cpu": busy, "mb": peak / (1e6 if sys.platform == "darwin" else 1e6 / 1024)}
