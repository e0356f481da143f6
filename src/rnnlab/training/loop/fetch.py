"""The next batch of an epoch, without Lightning's handling of nested loaders."""

from __future__ import annotations

from typing import Any

from pytorch_lightning.loops.fetchers import _DataFetcher
from pytorch_lightning.utilities.combined_loader import CombinedLoader


def next_batch(fetcher: _DataFetcher) -> Any:
    """Return the fetcher's next batch; `fetcher.done` is then whether it was the last.

    Raises:
        StopIteration: there are no more batches.
    """
    combined = fetcher.combined_loader
    if fetcher.length is None or not _is_one_loader(combined):
        return next(fetcher)[0]
    if fetcher.done:
        raise StopIteration
    walk: Any = combined._iterator
    try:
        batch = next(walk.iterators[0])
    except StopIteration:
        fetcher.done = True
        raise
    walk._idx += 1
    fetcher.fetched += 1
    fetcher.done = fetcher.fetched >= fetcher.length
    return batch


def _is_one_loader(combined: CombinedLoader) -> bool:
    loaders = combined.flattened
    return len(loaders) == 1 and combined.iterables is loaders[0] and combined._mode == "max_size_cycle"
