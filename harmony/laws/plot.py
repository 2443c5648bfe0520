"""A picture of a learned law: stress along three strain paths and back, one line a member of the ensemble; of a joint
law its friction (plot_joint)."""

from pathlib import Path

import numpy as np

from dda.errors import InputError, explain
from harmony.laws.core import core_law
from harmony.laws.elastic import ElasticLaw
from harmony.laws.files import members_of
from harmony.laws.leading import led
from harmony.laws.plot_joint import plot_joint
from harmony.laws.stress_strain import StressStrain
from harmony.learning.model_file import ModelFile

__all__ = ["plot_law"]

PATHS = {
    "uniaxial compression": np.array([0.0, 0.0, -1.0, 0.0, 0.0, 0.0]),
    "uniaxial extension": np.array([0.0, 0.0, 1.0, 0.0, 0.0, 0.0]),
    "shear": np.array([0.0, 0.0, 0.0, 0.0, 0.0, 1.0]),
}
ROWS = 40


def plot_law(model: ModelFile, file: Path) -> None:
    """Write the picture: of an elastic or inelastic law over strains up to the largest of its data and back to rest, of
    a joint law over its inputs."""
    from matplotlib.figure import Figure

    if model.kind == "law/joint":
        plot_joint(model, file)
        return
    if model.kind.removeprefix("law/") not in ("elastic", "inelastic", "standard"):
        raise InputError(
            explain(
                "no picture of this law",
                where="harmony show law, --png",
                expected="a law of stress and strain, or of a joint",
                got=model.kind,
                do="leave --png out: the numbers are printed",
            )
        )
    size = model.metadata["ranges"]["strain_norm"][1]
    there = np.linspace(0.0, size, ROWS + 1)[1:]
    amount = np.concatenate([there, there[-2::-1]])
    time = np.linspace(0.0, 1.0, len(amount) + 1)[1:]
    figure = Figure(figsize=(10, 3.4), layout="constrained")
    for axes, (name, direction) in zip(figure.subplots(1, 3), PATHS.items(), strict=True):
        strain = amount[:, None] * direction
        data = StressStrain(strain, 0.0 * strain, np.zeros(len(strain), np.int64), time)
        for law in members_of(model):
            stress = led(core_law(law) if isinstance(law, ElasticLaw) else law, data) @ direction
            axes.plot(amount, stress / 1e6, linewidth=1.2)
        axes.set(title=name, xlabel="strain along the path [-]", ylabel="stress along the path [MPa]")
    figure.savefig(file, dpi=120)
