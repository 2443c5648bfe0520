"""How contacts are enforced."""

from dataclasses import dataclass

from dda.checks import number, unknown
from dda.errors import InputError, explain

__all__ = ["Complementarity", "Penalty", "SCHEMES", "checked_contact"]


@dataclass(frozen=True)
class Penalty:
    """Contact springs whose penetration is removed by augmented-Lagrangian iterations.

    stiffness: numerical stiffness [N/m per contact and metre of thickness]; None chooses it for each contact from the
    material and the edge. The answer does not hang on it. The stiffness of a real filling belongs to `Joint`.
    """

    stiffness: float | None = None

    def __post_init__(self) -> None:
        if self.stiffness is not None:
            checked = number(self.stiffness, "Penalty", "stiffness", unit="N/m", above=0.0)
            object.__setattr__(self, "stiffness", checked)


@dataclass(frozen=True)
class Complementarity:
    """Contacts as inequalities: 0 <= gap _|_ normal >= 0, |shear| <= mu normal with slip against the shear.

    Nothing to choose: gaps and creep are brought to 1e-10 of the block size in each step, on the exactly rotated
    geometry; after 40 iterations, as with Penalty, to 1e-4. Small gaps that redundant contacts of a pile cannot take
    back, up to a few 1e-6 of the block size, stay; `report["complementarity"]` tells the largest. The step is that of
    Moreau and Jean, with the restitution of the joint, solved by semismooth Newton on the augmented multipliers (Alart
    & Curnier 1991).
    """


SCHEMES: dict[type, tuple[str, ...]] = {Penalty: ("shi", "conserving"), Complementarity: ("moreau-jean",)}
"""Contact method -> its time schemes, the default first."""


def checked_contact(
    contact: Penalty | Complementarity | None, scheme: str | None, where: str
) -> tuple[Penalty | Complementarity, str]:
    """Contact method and time scheme of a run; None is the default of each. Raises `InputError` for unknown ones."""
    method = Penalty() if contact is None else contact
    if not isinstance(method, Penalty | Complementarity):
        raise InputError(
            explain(
                "unknown contact method",
                where=f"{where}, contact",
                expected="dda.Penalty(...) or dda.Complementarity()",
                got=repr(contact),
                do="use dda.Penalty()",
            )
        )
    schemes = SCHEMES[type(method)]
    if scheme is not None and scheme not in schemes:
        raise unknown(f"scheme of {type(method).__name__}", scheme, dict.fromkeys(schemes), where)
    return method, scheme or schemes[0]
