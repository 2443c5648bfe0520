"""Files and folders that are either old or new, never half written.

A file is written beside its place and renamed over it; a folder is exchanged with its successor in one system call
where the system has one (Linux `renameat2`), by two renames elsewhere.
"""

import contextlib
import ctypes
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

__all__ = ["fill", "replace_folder", "write_bytes", "write_text"]

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2


def write_text(path: Path, text: str) -> None:
    """Write `text` as UTF-8 to `path`; after a kill the file is the old one or the new one."""
    write_bytes(path, text.encode())


def write_bytes(path: Path, data: bytes) -> None:
    """Write `data` to `path`; after a kill the file is the old one or the new one."""

    def write(temporary: Path) -> None:
        temporary.write_bytes(data)

    fill(path, write)


def fill(path: Path, write: Callable[[Path], None]) -> None:
    """Let `write` write a file beside `path`, with its suffix, and put it at `path` when it is whole.

    An OSError names `path`, not the file beside it.
    """
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.stem}.", suffix=f".tmp{path.suffix}", dir=path.parent)
        os.close(handle)
        temporary = Path(name)
        try:
            write(temporary)
            temporary.chmod(_file_mode())
            to_disk(temporary)
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
    except OSError as error:
        if error.errno is None:
            raise
        raise OSError(error.errno, error.strerror or str(error), str(path)) from error


def _file_mode() -> int:
    """The mode that an ordinary `open` would give: `mkstemp` is private to the user, results are not."""
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def replace_folder(new: Path, place: Path) -> None:
    """Put the folder `new` at `place`; what was there is removed after the exchange."""
    if not place.exists():
        new.rename(place)
    elif _exchange(new, place):
        shutil.rmtree(new)
    else:
        old = Path(tempfile.mkdtemp(prefix=f".{place.name}.old-", dir=place.parent))
        place.replace(old)
        new.rename(place)
        shutil.rmtree(old)


def _exchange(a: Path, b: Path) -> bool:
    """Exchange two folders in one step; False where the system or the file system cannot."""
    with contextlib.suppress(OSError, AttributeError):
        rename = ctypes.CDLL(None, use_errno=True).renameat2
        return bool(rename(_AT_FDCWD, os.fsencode(a), _AT_FDCWD, os.fsencode(b), _RENAME_EXCHANGE) == 0)
    return False
