"""Pictures and films as files."""

import stat
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from dda.errors import InputError
from harmony.run import Run
from harmony.view import render, style
from harmony.view.images import film_frames, film_rate
from harmony.view.quantities import COLORS


def colors(path: Path) -> set[tuple[int, ...]]:
    return set(map(tuple, np.asarray(Image.open(path).convert("RGB")).reshape(-1, 3).tolist()))


def rgb(name: str) -> tuple[int, ...]:
    return tuple(int(name[k : k + 2], 16) for k in (1, 3, 5))


@pytest.mark.parametrize("color", [color for color in COLORS if color != "plastic-strain"])
def test_a_picture_of_every_colouring(run: Run, tmp_path: Path, color: str) -> None:
    path = render(run, tmp_path / "a.png", color=color, vectors=True)
    assert path == tmp_path / "a.png"
    found = colors(path)
    assert rgb(style.FIXED) in found
    assert (rgb(style.ROCK) in found) == (color in ("contacts", "tractions"))
    assert all((rgb(c) in found) == (color == "contacts") for _, c in style.CONTACT_STATES.values())


def test_size_frame_and_time_choose_the_picture(run: Run, tmp_path: Path) -> None:
    pictures = {}
    for name, options in {"second": {"frame": 1}, "near": {"time": 0.9}, "last": {"frame": -1}}.items():
        render(run, tmp_path / f"{name}.png", size=(640, 480), **options)  # type: ignore[arg-type]
        pictures[name] = np.asarray(Image.open(tmp_path / f"{name}.png").convert("RGB"))
    assert pictures["second"].shape == (480, 640, 3)
    assert np.array_equal(pictures["second"], pictures["near"])
    assert not np.array_equal(pictures["second"], pictures["last"])


def test_a_gif_repeats_and_holds_its_last_frame(run: Run, tmp_path: Path) -> None:
    render(run, tmp_path / "a.gif", "gif", size=(400, 320))
    with Image.open(tmp_path / "a.gif") as image:
        assert image.n_frames == 3
        assert image.size == (400, 320)
        assert image.info["loop"] == 0
        image.seek(2)
        assert image.info["duration"] == 1500


@pytest.mark.parametrize(("frames", "shown", "rate"), [(1, 1, 4), (24, 24, 6), (60, 60, 12), (5000, 120, 12)])
def test_films_have_a_sensible_number_of_frames(frames: int, shown: int, rate: int) -> None:
    numbers = film_frames(frames, "gif")
    assert len(numbers) == shown
    assert numbers[0] == 0
    assert numbers[-1] == frames - 1
    assert film_rate(shown, "gif") == rate


def test_without_ffmpeg_an_mp4_is_bad_input(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(InputError, match="Install ffmpeg, or use --gif"):
        render(run, tmp_path / "a.mp4", "mp4")


def test_ffmpeg_gets_every_frame(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in for ffmpeg keeps what it reads: raw frames of even sides."""
    program = tmp_path / "ffmpeg"
    program.write_text('#!/bin/sh\nfor last; do :; done\nexec /bin/cat > "$last"\n')
    program.chmod(program.stat().st_mode | stat.S_IEXEC)
    monkeypatch.setenv("PATH", str(tmp_path))
    render(run, tmp_path / "a.mp4", "mp4", size=(401, 321))
    assert (tmp_path / "a.mp4").stat().st_size == 3 * 400 * 320 * 3


def test_what_ffmpeg_says_is_told(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "ffmpeg"
    program.write_text("#!/bin/sh\necho no such codec >&2\nexit 1\n")
    program.chmod(program.stat().st_mode | stat.S_IEXEC)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(InputError, match="no such codec"):
        render(run, tmp_path / "a.mp4", "mp4", size=(400, 320))
    assert [path.name for path in tmp_path.iterdir()] == ["ffmpeg"]


@pytest.mark.parametrize(("name", "kind"), [("a.bmp", "png"), ("a", "png"), ("a.png", "gif"), ("a.gif", "mp4")])
def test_a_file_with_the_wrong_suffix_is_bad_input(run: Run, tmp_path: Path, name: str, kind: Any) -> None:
    with pytest.raises(InputError, match=rf"a {kind} is written to a file that ends in \.{kind}"):
        render(run, tmp_path / name, kind)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", ["png", "gif"])
def test_a_picture_that_cannot_be_finished_leaves_the_old_one(
    run: Run, tmp_path: Path, kind: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / f"a.{kind}"
    path.write_bytes(b"old")

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space left on device") as error:
        render(run, path, kind, size=(400, 320))
    assert error.value.filename == str(path)
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


def test_without_a_display_a_window_is_bad_input(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harmony.view.window.sys.platform", "linux")
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    with pytest.raises(InputError, match="--png FILE"):
        render(run, kind="window")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"color": "colour"}, "Choose speed, displacement, stress, plastic-strain, tractions, contacts"),
        ({"size": (10, 10)}, "too small"),
        ({"size": (100_000, 400)}, "too large"),
        ({"time": float("nan")}, "no time of the run"),
        ({"frame": 7}, "frame 7 does not exist"),
        ({"kind": "bmp"}, "Choose png, gif, mp4 or window"),
    ],
)
def test_bad_requests_say_what_is_allowed(run: Run, tmp_path: Path, options: dict, message: str) -> None:
    with pytest.raises(InputError, match=message):
        render(run, tmp_path / "a.png", **options)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_bad_input(run: Run, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not exist"):
        render(run, tmp_path / "no" / "a.png")
