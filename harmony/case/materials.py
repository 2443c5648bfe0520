"""Materials: linear elastic rock."""

from typing import Annotated

from pydantic import Field

from harmony.case.section import Positive, Section

__all__ = ["MaterialData"]

PoissonRatio = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=0, lt=0.5)]


class MaterialData(Section):
    """An isotropic elastic material."""

    density: Positive = Field(description="density [kg/m3]")
    young: Positive = Field(description="Young's modulus [Pa]")
    poisson: PoissonRatio = Field(description="Poisson's ratio [-]")
