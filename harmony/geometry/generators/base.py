"""What every generator is: a validated set of numbers, each with its unit and meaning, that yields blocks."""

from abc import ABC, abstractmethod
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from harmony.geometry.block import GeneratedBlock

__all__ = ["MOST_BLOCKS", "Generator", "frame", "quantity"]

# Largest count a generator accepts [-]; far above what one run computes, it stops a slip of the keyboard early.
MOST_BLOCKS = 1_000_000


def quantity(default: Any, unit: str, meaning: str, **bounds: Any) -> Any:
    """A field whose schema carries its unit ("m", "deg", "-") and its meaning; bounds are pydantic's gt, ge, lt, le."""
    return Field(default, description=f"{meaning} [{unit}]", json_schema_extra={"unit": unit}, **bounds)


class Generator(BaseModel, ABC):
    """Numbers in, blocks out. Coordinates in m, x to the right and y up, slopes descend towards +x."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, validate_default=True)

    @abstractmethod
    def blocks(self) -> list[GeneratedBlock]:
        """The blocks, fixed ones first; blocks that touch share the very same coordinates at common corners."""


def frame(dip: float) -> tuple[np.ndarray, np.ndarray]:
    """Unit vectors along the dip (down, towards +x) and normal to it (up) of a plane that dips `dip` degrees to +x."""
    a = np.radians(dip)
    return np.array([np.cos(a), -np.sin(a)]), np.array([np.sin(a), np.cos(a)])
