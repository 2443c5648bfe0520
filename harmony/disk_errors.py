"""What the operating system says when a file cannot be written, in words for people."""

import errno
import re

__all__ = ["full", "refused"]

_FULL = {
    errno.ENOSPC: "no space left on the device",
    errno.EDQUOT: "the disk quota is used up",
    errno.EFBIG: "the file may not grow further (limit of the file system, or of ulimit -f)",
}

_REFUSED = (
    *(errno.EROFS, errno.EACCES, errno.EPERM),
    *(errno.ENAMETOOLONG, errno.ELOOP, errno.ENOTDIR, errno.EISDIR),
)


def full(error: OSError) -> str | None:
    """In words, if a write failed for want of room; else None. HDF5 puts the number into the text only."""
    told = re.search(r"errno = (\d+)", str(error))
    words = _FULL.get(int(told[1]) if told else error.errno or 0)
    rank = re.search(r" on rank \d+ of \d+", str(error))
    return f"{words}{rank[0]}" if words and rank else words


def refused(error: OSError) -> bool:
    """Whether a place cannot be written whatever room there is."""
    return error.errno in _REFUSED
