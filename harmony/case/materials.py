"""Materials: elastic rock, and the laws of its strength."""

from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import Field, model_validator

from harmony.case.learned_data import FallbackData, NetworkData, StandardData, YieldData
from harmony.case.outside_laws import OutsideData
from harmony.case.section import FrictionAngle, NonNegative, Positive, Section, Switch

if TYPE_CHECKING:
    import dda

__all__ = ["MaterialData"]

PoissonRatio = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=0, lt=0.5)]


class MaterialData(Section):
    """A material, elastic, elastoplastic or learned. A block yields as a whole: one strain, one state.

    A learned law: `{density: 2600, law: learned, file: rock.safetensors}`, or `law: rock.safetensors`. Of one that
    does not yield young and poisson are those of the linear elasticity beyond the strains that it was taught; absent:
    its own at rest. One that yields has its own elasticity; beyond its trust the closed form of `fallback` goes on.
    """

    region: str | None = Field(
        default=None,
        description="methods nmm and fem: the named region of the section that is of this material; welded to the rest",
    )
    density: Positive = Field(description="density [kg/m3]")
    young: Positive = Field(description="Young's modulus [Pa]")
    poisson: PoissonRatio = Field(description="Poisson's ratio [-]")
    law: Literal[
        "elastic",
        "power-elastic",
        "mohr-coulomb",
        "drucker-prager",
        "von-mises",
        "network",
        "yield",
        "standard",
        "outside",
    ] = Field(
        default="elastic",
        description="when it yields; learned: the law of `file`, which becomes network, yield or standard; outside: a "
        "function of a Python file",
    )
    outside: OutsideData | None = Field(
        default=None,
        description="law outside, methods nmm and fem: the function, asked for all points once an iteration",
    )
    network: NetworkData | YieldData | StandardData | None = Field(
        default=None, description="laws network, yield and standard: what the model file holds"
    )
    fallback: FallbackData | None = Field(
        default=None,
        description="law yield: the closed form beyond the stresses and plastic strains that it was taught; absent = "
        "the learned surface goes on; either way the points are counted",
    )
    lagged: Switch = Field(
        default=False,
        description="methods nmm and fem: explicit, what the law is beyond linear elasticity acts a step late; for "
        "motion, of a law that is not linear; of law outside the key is in outside:",
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
    reference_strain: Positive | None = Field(
        default=None,
        description="power-elastic: norm e0 of the strain deviator in the shear modulus G (1 + (e / e0)^2)^m [-]",
    )
    exponent: Annotated[float, Field(strict=True, allow_inf_nan=False, ge=-0.5)] | None = Field(
        default=None, description="power-elastic: m [-]; absent = -1/2, the hyperbolic law; above 0 it stiffens"
    )

    @model_validator(mode="after")
    def _accepted_by_the_law(self) -> Self:
        self.material()
        return self

    def material(self, factor: float = 1.0) -> "dda.Material":
        """The material, its strength divided by `factor` [-]."""
        import dda

        network = None if self.network is None else self.network.model_dump(exclude_none=True)
        fallback = None if self.fallback is None else self.fallback.model_dump(exclude_none=True)
        given = {k: v for k, v in self if k not in ("region", "network", "fallback", "outside")}
        outside = None if self.outside is None else self.outside.outside()
        return dda.Material(**given, network=network, fallback=fallback, outside=outside).reduced(factor)
