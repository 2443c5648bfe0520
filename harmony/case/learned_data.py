"""What a resolved case holds of a learned material law: the arrays of its file, and who speaks beyond its trust."""

from typing import Literal

from pydantic import Field

from harmony.case.section import FrictionAngle, NonNegative, Number, Positive, Section, Triple

__all__ = ["FallbackData", "NetworkData", "StandardData", "YieldData"]


class RegionData(Section):
    """Where the data of a learned law are, in (tr / sqrt3, |dev|) of the strain (d = 2) or its six components."""

    centre: list[Number] = Field(min_length=2, max_length=6, description="of the ellipsoid (d) [-]")
    shape: list[Number] = Field(min_length=4, max_length=36, description="matrix of the ellipsoid (d d), row by row")
    least: list[Number] = Field(min_length=2, max_length=6, description="of each number in the data, below 0 (d) [-]")
    most: list[Number] = Field(min_length=2, max_length=6, description="the same, above 0 (d) [-]")


class NetworkData(Section):
    """The arrays of a learned elastic law as `dda.NetworkLaw` takes them."""

    weights: list[list[list[Number]]] = Field(description="of each layer, a row an output")
    biases: list[list[Number]] = Field(description="of each layer")
    out: list[NonNegative] = Field(description="weights of the last layer's outputs")
    bulk: Positive = Field(description="bulk modulus of the quadratic part [Pa]")
    shear: Positive = Field(description="shear modulus of the quadratic part [Pa]")
    strain_scale: Positive = Field(default=1.0, description="strain that the network sees as one [-]")
    energy_scale: Positive = Field(default=1.0, description="energy density that the network gives as one [J/m3]")
    symmetry: Literal["isotropic", "transverse", "anisotropic"] = Field(default="isotropic", description="of the rock")
    activation: Literal["algebraic", "softplus"] = Field(default="algebraic", description="of the hidden layers")
    axis: Triple = Field(default=(0.0, 0.0, 1.0), description="of a transversely isotropic rock")
    stiffest: Positive | None = Field(
        default=None, description="largest eigenvalue of the tangent where it is trusted [Pa]"
    )
    trust: Positive | None = Field(
        default=None,
        description="norm of the strain up to which the network speaks [-]; beyond it linear elasticity goes on",
    )
    region: RegionData | None = Field(default=None, description="where besides a strain must be; absent: anywhere")


class FacetsData(Section):
    """A smooth maximum of planes over all orders of the principal stresses, in units of the strength."""

    planes: list[Triple] = Field(description="normals, each in all orders")
    offsets: list[Number] = Field(description="of each plane")
    sharp: Positive = Field(description="how sharp the corners are [-]")


class YieldData(Section):
    """The arrays of a learned law of yielding as `dda.YieldLaw` takes them."""

    surface: FacetsData = Field(description="yield function")
    potential: FacetsData | None = Field(default=None, description="of the flow; absent = the surface (associated)")
    bulk: Positive = Field(description="bulk modulus [Pa]")
    shear: Positive = Field(description="shear modulus [Pa]")
    unit: Positive = Field(description="strength that stresses are told in [Pa]")
    hardening: list[Number] = Field(
        default=[0.0], description="h, q ..., k ... of r = 1 + h k + sum q (1 - exp(-k / k_i))"
    )
    bound: NonNegative = Field(default=0.0, description="largest singular value of the tangent as measured [Pa]")
    trust: tuple[Positive, Positive] | None = Field(
        default=None, description="norms of the stress [Pa] and of the plastic strain [-] up to which it was taught"
    )


class StandardData(Section):
    """The arrays of a learned generalized standard material as `dda.StandardLaw` takes them."""

    free: NetworkData = Field(description="free energy")
    stored: NetworkData = Field(description="energy that the internal strain stores")
    dual: NetworkData = Field(
        description="dual of the dissipation potential; its strain is a stress, its stress a rate"
    )
    strain_scale: Positive = Field(description="size of the internal strain [-]")
    trust: Positive | None = Field(
        default=None,
        description="norm of the strain up to which the networks speak [-]; beyond it linear elasticity goes on",
    )
    region: RegionData | None = Field(default=None, description="where besides a strain must be; absent: anywhere")


class FallbackData(Section):
    """The closed form that goes on beyond the trust of a learned law of yielding; its elasticity is that of the law."""

    law: Literal["mohr-coulomb", "drucker-prager", "von-mises"] = Field(description="a law that yields")
    friction: FrictionAngle | None = Field(default=None, description="friction angle [degrees]")
    cohesion: NonNegative | None = Field(default=None, description="cohesion; von-mises: strength in shear [Pa]")
    dilation: FrictionAngle | None = Field(default=None, description="dilation angle [degrees]; absent = friction")
    tension: NonNegative | None = Field(default=None, description="mohr-coulomb: tensile strength [Pa]")
    yield_stress: Positive | None = Field(default=None, description="von-mises: in uniaxial tension [Pa]")
    hardening: NonNegative | None = Field(default=None, description="von-mises: slope over the plastic strain [Pa]")
    match: Literal["plane-strain", "compression", "extension", "inscribed"] | None = Field(
        default=None, description="drucker-prager: where the cone meets Mohr-Coulomb"
    )
