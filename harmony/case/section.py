"""The base of every part of the schema, and the types its fields are made of.

A section refuses unknown keys and names the known ones; numbers are numbers (no text, no NaN, no infinity).
"""

import re
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, ModelWrapValidatorHandler, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

__all__ = [
    "FrictionAngle",
    "Integer",
    "Name",
    "NonNegative",
    "Number",
    "Point",
    "Positive",
    "Restitution",
    "Section",
    "Switch",
    "Triple",
    "Vector",
]

Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Positive = Annotated[float, Field(strict=True, allow_inf_nan=False, gt=0)]
NonNegative = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=0)]
FrictionAngle = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=0, lt=90)]
Restitution = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=0, lt=1)]
Integer = Annotated[int, Field(strict=True)]
Switch = Annotated[bool, Field(strict=True)]
Name = Annotated[str, Field(strict=True, pattern=r"^[^.\s][^.]*$")]
Point = tuple[Number, Number]
Vector = tuple[Number, Number]
Triple = tuple[Number, Number, Number]

NAMED_ENTRIES = re.compile(r"\((\w+(?:, \w+)+)\)")
"""The entries of a list as a description names them: (gx, gy)."""


class Section(BaseModel):
    """A mapping of the case file with a fixed set of keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="wrap")
    @classmethod
    def _explain_errors(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        """Add to every error what this section knows: the meaning of the field, and the known keys."""
        try:
            return handler(data)
        except ValidationError as error:
            raise ValidationError.from_exception_data(
                cls.__name__, [cls._explained(line) for line in error.errors(include_url=False)]
            ) from None

    @classmethod
    def _explained(cls, line: Any) -> InitErrorDetails:
        context = {key: value for key, value in line.get("ctx", {}).items() if key != "error"}
        location = line["loc"]
        unknown_key = line["type"] == "extra_forbidden" and len(location) == 1
        if unknown_key or (line["type"] in ("model_type", "model_attributes_type") and not location):
            context["known"] = cls.known_keys()
        if location and "meaning" not in context:
            context["meaning"] = cls.meaning_of(str(location[0]))
            if line["type"] == "tuple_type" and len(location) == 1:
                context["form"] = cls.form_of(str(location[0]))
        message = line["msg"].replace("{", "(").replace("}", ")")
        return InitErrorDetails(
            type=PydanticCustomError(line["type"], message, context), loc=location, input=line["input"]
        )

    @classmethod
    def known_keys(cls) -> list[str]:
        """The keys that this section knows, as written in the file."""
        return [field.alias or name for name, field in cls.model_fields.items()]

    @classmethod
    def form_of(cls, key: str) -> str:
        """How a list with named entries is written: "[gx, gy], as [0, -9.81]"; empty where they have no names."""
        named = NAMED_ENTRIES.search(cls.meaning_of(key))
        if named is None:
            return ""
        usual = next((f.default for name, f in cls.model_fields.items() if key in (name, f.alias)), None)
        example = f", as [{', '.join(f'{x:g}' for x in usual)}]" if isinstance(usual, tuple) else ""
        return f"[{named[1]}]{example}"

    @classmethod
    def meaning_of(cls, key: str) -> str:
        """The description of `key`, with its unit; empty for an unknown key."""
        for name, field in cls.model_fields.items():
            if key in (name, field.alias):
                return field.description or ""
        return ""
