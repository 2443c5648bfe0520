"""Joint laws of a case. The laws and their parameters are those of the C++ registry, `dda.joint_laws()`.

Each registered law becomes one schema section; a law added to the registry needs no edit here.
"""

from typing import TYPE_CHECKING, Annotated, Any, Literal, Self, Union

from pydantic import Discriminator, Field, Tag, create_model, model_validator

import dda
from harmony.case.section import FrictionAngle, NonNegative, Number, Positive, Restitution, Section

__all__ = ["DEFAULT_LAW", "JOINT_MODELS", "JointBase", "JointData"]

DEFAULT_LAW = "mohr-coulomb"


class JointBase(Section):
    """What every joint has, whatever its friction law."""

    law: str = Field(default=DEFAULT_LAW, description="name of the friction law")
    cohesion: NonNegative = Field(default=0.0, description="cohesion of the unbroken joint [Pa]")
    tension: NonNegative = Field(default=0.0, description="tensile strength of the unbroken joint [Pa]")
    normal_stiffness: Positive | None = Field(
        default=None, description="physical normal stiffness, of a filling for example [Pa/m]; absent = rigid"
    )
    shear_stiffness: Positive | None = Field(
        default=None, description="physical shear stiffness [Pa/m]; absent = rigid"
    )
    restitution: Restitution = Field(
        default=0.0, description="normal speed after an impact over that before [-], 0 = plastic; not for conserving"
    )
    joint_temperature: Positive | list[tuple[Number, Positive]] | None = Field(
        default=None,
        description="for a learned law that was taught temperatures: one number or rows (time [s], K) [K]",
    )
    between: tuple[str, str] | None = Field(
        default=None, description="two block groups: the law then holds for contacts between them, not for a joint name"
    )

    @model_validator(mode="after")
    def _accepted_by_the_core(self) -> Self:
        dda.joint_from_mapping(self.mapping())
        return self

    def mapping(self) -> dict[str, Any]:
        """The law and its numbers, as `dda.joint_from_mapping` takes them."""
        return {key: value for key, value in self if value is not None and key != "between"}


def _parameter_type(parameter: dict[str, Any]) -> Any:
    """An angle in degrees lies in [0, 90); other bounds are known to the law itself."""
    number = FrictionAngle if parameter["unit"] in ("deg", "degrees") else Number
    return Annotated[list[number], Field(min_length=1)] if parameter["list"] else number  # type: ignore[valid-type]


def _joint_model(law: str, info: dict[str, Any]) -> type[JointBase]:
    fields: dict[str, Any] = {
        parameter["name"]: (
            _parameter_type(parameter),
            Field(description=f"{parameter['doc']} [{parameter['unit']}]"),
        )
        for parameter in info["parameters"]
    }
    default: Any = Field(law, description=info["doc"]) if law == DEFAULT_LAW else Field(description=info["doc"])
    return create_model(
        "Joint" + "".join(word.capitalize() for word in law.split("-")),
        __base__=JointBase,
        __doc__=info["doc"],
        **({"law": (Literal[law], default)} | fields),
    )


def _law_of(value: Any) -> str:
    law = value.get("law", DEFAULT_LAW) if isinstance(value, dict) else getattr(value, "law", DEFAULT_LAW)
    return str(law)


JOINT_MODELS: dict[str, type[JointBase]] = {law: _joint_model(law, info) for law, info in dda.joint_laws().items()}

if TYPE_CHECKING:
    type JointData = JointBase
else:
    # A joint as the file says it: one of the registered laws, chosen by `law`.
    JointData = Annotated[
        Union[*(Annotated[model, Tag(law)] for law, model in JOINT_MODELS.items())],
        Discriminator(_law_of),
    ]
