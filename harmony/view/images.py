"""Pictures and films of a run as files."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from dda.errors import InputError
from harmony.view.picture import Picture

if TYPE_CHECKING:
    from PIL.Image import Image

    from harmony.memory_fields import FrameSource

MOST_FRAMES = {"gif": 120, "mp4": 600}
"""Frames of a film [-]; of longer runs, so many in even distances."""
RATE = {"gif": 12, "mp4": 30}
"""Largest number of frames shown in a second [1/s]."""
SHORTEST = 4.0
"""A film lasts at least so long [s], if it has the frames: few frames are shown more slowly."""
SLOWEST = 4
"""Smallest number of frames shown in a second [1/s]."""
HOLD = 1.5
"""The last frame of a GIF stays so long [s]."""


def write_png(picture: Picture, fields: FrameSource, frame: int, path: Path) -> None:
    """One frame as a picture."""
    picture.show(fields.frame(frame))
    picture.save(path)


def write_gif(picture: Picture, fields: FrameSource, path: Path) -> None:
    """The run as an animated GIF that repeats."""
    import PIL.Image

    numbers = film_frames(len(fields), "gif")
    images = [PIL.Image.fromarray(pixels) for pixels in _drawn(picture, fields, numbers)]
    palette = _common_palette([images[0], images[len(images) // 2], images[-1]])
    frames = [image.quantize(palette=palette, dither=PIL.Image.Dither.NONE) for image in images]
    durations = [round(1000 / film_rate(len(numbers), "gif"))] * (len(frames) - 1) + [round(1000 * HOLD)]
    frames[0].save(path, save_all=True, append_images=frames[1:], duration=durations, loop=0, optimize=False)


def write_mp4(picture: Picture, fields: FrameSource, path: Path) -> None:
    """The run as a film, made by the program ffmpeg."""
    ffmpeg = shutil.which("ffmpeg")
    if ffmpeg is None:
        raise InputError("mp4: the program ffmpeg makes it, and there is none in PATH. Install ffmpeg, or use --gif.")
    numbers = film_frames(len(fields), "mp4")
    frames = _drawn(picture, fields, numbers)
    first = next(frames)
    height, width = (size - size % 2 for size in first.shape[:2])  # yuv420p halves the colours: even sizes only
    command = [ffmpeg, "-y", "-loglevel", "error", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width}x{height}"]
    command += ["-r", str(film_rate(len(numbers), "mp4")), "-i", "-", "-c:v", "libx264", "-crf", "18"]
    command += ["-pix_fmt", "yuv420p", "-movflags", "+faststart", str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stderr is not None
        try:
            for pixels in (first, *frames):
                process.stdin.write(pixels[:height, :width].tobytes())
            process.stdin.close()
        except BrokenPipeError:
            pass  # ffmpeg gave up; what it said follows
        said = process.stderr.read().decode(errors="replace").strip()
    if process.returncode:
        raise InputError(f"mp4: ffmpeg failed: {said}. Use --gif, or repair ffmpeg.")


WRITERS: dict[str, Callable[[Picture, FrameSource, Path], None]] = {"gif": write_gif, "mp4": write_mp4}
"""Kind of film -> what writes it."""


def film_frames(frames: int, kind: str) -> np.ndarray:
    """The numbers of the frames that a film of `kind` shows."""
    return np.unique(np.linspace(0, frames - 1, min(frames, MOST_FRAMES[kind])).round().astype(int))


def film_rate(frames: int, kind: str) -> int:
    """Frames a second."""
    return int(np.clip(round(frames / SHORTEST), SLOWEST, RATE[kind]))


def _drawn(picture: Picture, fields: FrameSource, numbers: np.ndarray) -> Iterator[np.ndarray]:
    for i in numbers:
        picture.show(fields.frame(int(i)))
        yield picture.pixels()


def _common_palette(images: list[Image]) -> Image:
    """256 colours for several images, as an image that has them."""
    import PIL.Image

    joined = PIL.Image.fromarray(np.concatenate([np.asarray(image) for image in images]))
    return joined.quantize(colors=256, method=PIL.Image.Quantize.MEDIANCUT, dither=PIL.Image.Dither.NONE)
