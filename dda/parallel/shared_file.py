"""One HDF5 file that all ranks write: the first lays it out, each puts its bytes where they belong by MPI-IO.

PyPI's HDF5 knows no MPI. So the datasets are contiguous and get their room when they are made; their place in the file
is a number that every rank can write at.
"""

import errno
import os
from collections.abc import Sequence
from typing import Any

__all__ = ["allocate", "fail_together", "put"]

MOST = 1 << 30
"""Bytes that one call writes: MPI counts in 32 bits."""


def allocate(group: Any, name: str, dtype: Any, shape: tuple[int, ...]) -> int:
    """A contiguous dataset in an open h5py group, whose bytes are not written; its place in the file [B]."""
    import h5py
    import numpy as np

    plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    plist.set_layout(h5py.h5d.CONTIGUOUS)
    plist.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
    plist.set_fill_time(h5py.h5d.FILL_TIME_NEVER)
    kind, space = h5py.h5t.py_create(np.dtype(dtype)), h5py.h5s.create_simple(shape)
    return int(h5py.h5d.create(group.id, name.encode(), kind, space, plist).get_offset() or 0)


def put(comm: Any, path: str | os.PathLike[str], pieces: Sequence[tuple[int, bytes]]) -> None:
    """Each rank writes bytes, each piece at its place; all have written when this returns, or all raise the OSError of
    the rank that found no room."""
    from mpi4py import MPI

    error: OSError | None = None
    try:
        file = MPI.File.Open(comm, os.fspath(path), MPI.MODE_WRONLY)
    except MPI.Exception as failure:  # on all ranks
        raise OSError(errno.EIO, f"cannot be opened by MPI: {failure.Get_error_string()}", os.fspath(path)) from failure
    try:
        for place, data in pieces:
            _write(file, os.fspath(path), place, data)
    except OSError as failure:
        error = failure
    file.Close()  # waits for all
    fail_together(comm, error)


def _write(file: Any, path: str, place: int, data: bytes) -> None:
    from mpi4py import MPI

    for done in range(0, len(data), MOST):
        piece, status = data[done : done + MOST], MPI.Status()
        try:
            file.Write_at(place + done, piece, status)
            written = status.Get_count(MPI.BYTE)
        except MPI.Exception:
            written = 0
        if written != len(piece):
            raise _why(path, place + done, piece)


def _why(path: str, place: int, piece: bytes) -> OSError:
    """What the system says of a write that MPI could not make, in a number that MPI does not tell."""
    try:
        handle = os.open(path, os.O_WRONLY)
        try:
            os.pwrite(handle, piece[-1:], place + len(piece) - 1)
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        return OSError(error.errno, error.strerror, path)
    return OSError(errno.EIO, "a write by MPI failed", path)


def fail_together(comm: Any, error: OSError | None) -> None:
    """The same OSError on all ranks, if one of them has one, told with the rank that saw it; all ranks must call."""
    told = comm.allgather(None if error is None else (error.errno, error.strerror or str(error), error.filename))
    for rank, failure in enumerate(told):
        if failure is not None:
            number, text, name = failure
            where = f" on rank {rank} of {comm.size}" if comm.size > 1 and " on rank " not in text else ""
            raise OSError(number or errno.EIO, f"{text}{where}", name)
