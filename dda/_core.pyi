"""The compiled core. Its classes are documented where Python users meet them, in the modules of `dda`."""

from typing import Any

def __getattr__(name: str) -> Any: ...
