"""Materials: elastic rock, and the laws of its strength."""

from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import Field, model_validator

from harmony.case.section import FrictionAngle, NonNegative, Positive, Section

if TYPE_CHECKING:
    import dda

__all__ = ["MaterialData"]

PoissonRatio = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=0, lt=0.5)]


class MaterialData(Section):
    """An isotropic material, elastic or elastoplastic. Blocks of method dda are elastic, joints hold their strength."""

    region: str | None = Field(
        default=None,
        description="methods nmm and fem: the named region of the section that is of this material; welded to the rest",
    )
    density: Positive = Field(description="density [kg/m3]")
    young: Positive = Field(description="Young's modulus [Pa]")
    poisson: PoissonRatio = Field(description="Poisson's ratio [-]")
    law: Literal["elastic", "mohr-coulomb", "drucker-prager", "von-mises"] = Field(
        default="elastic", description="when it yields"
    )
    friction: FrictionAngle | None = Field(
        default=None, description="mohr-coulomb, drucker-prager: friction angle [degrees]"
    )
    cohesion: NonNegative | None = Field(
        default=None, description="mohr-coulomb, drucker-prager: cohesion [Pa]; von-mises: strength in shear [Pa]"
    )
    dilation: FrictionAngle | None = Field(
        default=None,
        description="mohr-coulomb, drucker-prager: dilation angle, at most the friction angle [degrees]; absent = the "
        "friction angle (associated flow)",
    )
    tension: NonNegative | None = Field(
        default=None, description="mohr-coulomb: tensile strength [Pa]; absent = cohesion / tan(friction), the apex"
    )
    yield_stress: Positive | None = Field(
        default=None, description="von-mises: yield stress in uniaxial tension [Pa], in place of cohesion"
    )
    hardening: NonNegative | None = Field(
        default=None, description="von-mises: slope of the yield stress over the plastic strain [Pa]; absent = 0"
    )
    match: Literal["plane-strain", "compression", "extension", "inscribed"] | None = Field(
        default=None,
        description="drucker-prager: where the cone meets Mohr-Coulomb, in plane strain (absent), on the edges of "
        "triaxial compression or extension, or inscribed",
    )

    @model_validator(mode="after")
    def _accepted_by_the_law(self) -> Self:
        self.material()
        return self

    def material(self, factor: float = 1.0) -> "dda.Material":
        """The material, its strength divided by `factor` [-]."""
        import dda

        return dda.Material(**{k: v for k, v in self if k != "region"}).reduced(factor)
