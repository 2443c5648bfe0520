"""The compiled core of the manifold method. Its classes are documented where Python users meet them."""

from typing import Any

def __getattr__(name: str) -> Any: ...
