"""Names of quantities: `block.displacement.x`, `mass.speed.max`, `rest_time`, `deposit.top`, `critical`.

Here only the form is checked; what a name yields is known to harmony/quantities.py.
"""

from typing import Annotated

from pydantic import AfterValidator, Field

__all__ = ["REDUCTIONS", "Quantity", "reduction"]

REDUCTIONS = ("max", "min", "final")
"""Last word of a quantity that makes one number of a history."""


def reduction(quantity: str) -> str | None:
    """The reduction that the quantity names, or None.

    >>> reduction("mass.speed.max")
    'max'
    """
    last = quantity.rpartition(".")[2]
    return last if last in REDUCTIONS else None


def _check(quantity: str) -> str:
    words = quantity.split(".")
    if not all(words) or any(any(c.isspace() for c in word) for word in words):
        raise ValueError(
            "a quantity is words joined by dots, probe.quantity.component, as block.displacement.x or mass.speed.max"
        )
    return quantity


Quantity = Annotated[str, Field(strict=True, min_length=1), AfterValidator(_check)]
