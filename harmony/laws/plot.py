"""A picture of a learned law: stress along three strain paths and back, one line a member of the ensemble; of a joint
law its friction (plot_joint); of a law of finite strain P along three paths."""

from pathlib import Path
from typing import Any

import numpy as np
import torch

from harmony.laws.core import core_law
from harmony.laws.elastic import ElasticLaw
from harmony.laws.files import members_of
from harmony.laws.held_out_paths import gradients
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


LARGEST = 0.5
"""Largest size of a deformation in the picture of a law of finite strain [-]."""


def plot_law(model: ModelFile, file: Path) -> None:
    """Write the picture: of an elastic or inelastic law over strains up to the largest of its data and back to rest, of
    a joint law over its inputs."""
    from matplotlib.figure import Figure

    if model.kind == "law/joint":
        plot_joint(model, file)
        return
    if model.kind == "law/hyperelastic":
        _plot_finite(model, Figure(figsize=(10, 3.4), layout="constrained"), file)
        return
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


def _plot_finite(model: ModelFile, figure: Any, file: Path) -> None:
    """First Piola-Kirchhoff stress of a law of finite strain along three paths of plane strain, up to the largest
    change of volume or strain of its data."""
    ranges = model.metadata["ranges"]
    size = min(LARGEST, ranges.get("strain_norm", [0.0, float(np.abs(np.array(ranges["J"]) - 1.0).max())])[1])
    sizes = torch.linspace(0.0, size, ROWS, dtype=torch.float64)
    shown = {"uniaxial": "P11", "biaxial": "P11", "simple-shear": "P12"}
    for axes, (path, component) in zip(figure.subplots(1, 3), shown.items(), strict=True):
        for law in members_of(model):
            stress = law.stress(gradients(path, sizes)).detach()[:, 0, int(component[2]) - 1]
            axes.plot(sizes.numpy(), stress.numpy(), linewidth=1.2)
        axes.set(
            title=path.replace("-", " "), xlabel="size of the deformation [-]", ylabel=f"{component} [unit of the law]"
        )
    figure.savefig(file, dpi=120)
