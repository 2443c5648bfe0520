"""Durations as people write them, as the batch system takes them.

>>> slurm_time("2h"), slurm_time("1d12h"), slurm_time("90m"), slurm_time("30"), slurm_time("1:30:00")
('02:00:00', '1-12:00:00', '01:30:00', '00:30:00', '01:30:00')
"""

import re

from dda.errors import InputError

__all__ = ["slurm_time"]

_UNITS = {"d": 86400, "h": 3600, "m": 60, "s": 1}
_WORDS = re.compile(r"(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")
_CLOCK = re.compile(r"(?:(\d+)-)?(\d+):(\d{2})(?::(\d{2}))?")


def slurm_time(text: str) -> str:
    """`2h`, `1d12h`, `90m`, `HH:MM:SS`, `D-HH:MM:SS`, or a number of minutes, as `[D-]HH:MM:SS`."""
    text = text.strip().lower().replace(" ", "")
    words, clock = _WORDS.fullmatch(text), _CLOCK.fullmatch(text)
    if text.isdigit():
        seconds = 60 * int(text)
    elif words and text:
        seconds = sum(int(count or 0) * _UNITS[unit] for count, unit in zip(words.groups(), "dhms", strict=True))
    elif clock:
        days, hours, minutes, rest = (int(part or 0) for part in clock.groups())
        seconds = 86400 * days + 3600 * hours + 60 * minutes + rest
    else:
        seconds = 0
    if seconds <= 0:
        raise InputError(f"--time: '{text}' is no duration; give 2h, 90m, 1d12h, HH:MM:SS, or minutes")
    days, seconds = divmod(seconds, 86400)
    clock_text = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return f"{days}-{clock_text}" if days else clock_text
