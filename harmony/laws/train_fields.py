"""An elastic law from displacement fields and reactions alone: an ensemble taught on the weak form, without a stress.

loss = mean over steps and virtual fields of (w (int sigma : grad v - R . v) / max |R . v|)^2     (laws.weak_form)

Every fifth step is held out; with fewer than ten steps, each of which has its own states, every fifth hat in all.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import torch

from dda.checks import unknown
from dda.errors import InputError, explain
from harmony.laws.agreement import agreement
from harmony.laws.diagnostics import diagnose
from harmony.laws.elastic import ElasticLaw
from harmony.laws.field_data import FieldData
from harmony.laws.hyperelastic import HyperelasticLaw
from harmony.laws.properties import elastic_properties, hyperelastic_properties
from harmony.laws.stress_strain import HELD_OUT, LARGEST_STRAIN, StressStrain
from harmony.laws.train_elastic import WIDE
from harmony.laws.virtual_fields import virtual_fields
from harmony.laws.weak_form import Fields, KnownFields, KnownStrains, residual
from harmony.learning.fit import FitOptions, fit
from harmony.learning.model_file import data_hash

__all__ = ["STRAINS", "train_fields"]

STRAINS = ("small", "finite")
"""Measures of strain: the first is what the solvers take."""

GRIPS = 3.0
"""Weight of the residual of a grip, which has a measured force, beside that of a hat."""

MANY = 10
"""Steps from which whole ones are held out: of fewer, none can be spared."""

STATES = 2000
"""Random states at which the properties of a law are measured."""


def train_fields(
    data: FieldData,
    *,
    strains: str = "small",
    symmetry: str = "isotropic",
    axis: tuple[float, float, float] | None = None,
    members: int = 3,
    widths: tuple[int, ...] = (16, 16),
    options: FitOptions | None = None,
    told: Callable[[str], None] | None = None,
) -> tuple[list[Any], dict[str, Any]]:
    """The members of the ensemble, and what the model file says of them (without the command)."""
    if strains not in STRAINS:
        raise unknown("measure of strain", strains, STRAINS, "harmony train law, --strains")
    if strains == "finite" and symmetry != "isotropic":
        raise InputError(
            explain(
                "no such law of finite strain",
                where="harmony train law, --strains finite",
                expected="--symmetry isotropic",
                got=symmetry,
                do="take --strains small, or leave --symmetry out",
            )
        )
    fields = _fields(data)
    eps = KnownStrains(fields).strain.numpy()
    _check(eps, fields, strains)
    size = float(np.sqrt((eps**2).sum(1).mean()))
    virtual = fields.virtual[: len(data.forces)].abs().sum((1, 2, 3))
    pressure = float(((fields.work[:, : len(data.forces)] / virtual) ** 2).mean(0).max().sqrt())
    taught, asked = _held_out(fields)
    o = options or FitOptions()
    laws, errors, each = [], [], []
    for member in range(members):
        law: Any
        if strains == "small":
            law = ElasticLaw(
                symmetry,
                strain_scale=WIDE * size,
                energy_scale=pressure * WIDE * size,
                axis=axis,
                widths=widths,
                seed=o.seed + member,
            )
            known: Any = KnownStrains(fields)
        else:
            law = HyperelasticLaw(
                energy_scale=pressure / (2.0 * size), stretch_scale=WIDE * size, widths=widths, seed=o.seed + member
            )
            known = KnownFields(fields, law)

        def loss(which: torch.Tensor, law: Any = law, known: Any = known) -> Callable[[], torch.Tensor]:
            return lambda: (residual(known.stress(law), fields)[which] ** 2).mean()

        found = fit(law, loss(taught), loss(asked), replace(o, seed=o.seed + member))
        if told is not None:
            told(f"member {member + 1} of {members}: held-out residual {found.best**0.5:.2e}, {found.ended}")
        laws.append(law)
        errors.append(found.best**0.5)
        each.append(known.stress(law).detach().numpy().reshape(-1, 4))
    return laws, _metadata(laws, data, fields, eps, np.stack(each), errors, pressure)


def _fields(data: FieldData) -> Fields:
    u = data.displacements
    grad, area = data.gradients()
    v, grips = virtual_fields(data)
    F = np.eye(2) + np.einsum("seai,eaj->seij", u[:, data.triangles], grad)
    virtual = np.einsum("e,veai,eaj->veij", area, v[:, data.triangles], grad)
    work, weight = np.zeros((len(u), len(v))), np.ones(len(v))
    work[:, : len(grips)] = np.stack([data.forces[g] for g in grips], axis=1)
    weight[: len(grips)] = GRIPS
    return Fields(*(torch.tensor(a) for a in (F, virtual, work, weight)))


def _held_out(fields: Fields) -> tuple[torch.Tensor, torch.Tensor]:
    """Masks (steps, virtual fields): what is taught, what is held out."""
    steps, count = fields.work.shape
    asked = torch.zeros(steps, count, dtype=torch.bool)
    if steps >= MANY:
        asked[HELD_OUT // 2 :: HELD_OUT] = True
    else:
        asked[:, int((fields.weight == GRIPS).sum()) :: HELD_OUT] = True
    return ~asked, asked


def _check(eps: np.ndarray, fields: Fields, strains: str) -> None:
    largest, work = float(np.abs(eps).max()), float(_stretched(fields))
    least = float(torch.linalg.det(fields.gradients).min())
    refused = {
        "strains too large for a law of small strains": (
            strains == "small" and largest > LARGEST_STRAIN,
            f"components up to {LARGEST_STRAIN:g}",
            f"{largest:g}",
            "take --strains finite, or name the units in the header: ux [mm]",
        ),
        "a triangle that is turned inside out": (
            least <= 0.0,
            "a determinant of the deformation gradient above 0",
            f"{least:g}",
            "look at the displacements and the triangles",
        ),
        "reactions work against the displacements": (
            work < 0.0,
            "the force that a grip exerts, positive along its axis: a body at rest has no work to give",
            f"{work:.3g} J/m in the mean",
            "turn the sign of the forces",
        ),
    }
    for what, (wrong, expected, got, do) in refused.items():
        if wrong:
            raise InputError(explain(what, where="harmony train law, fields", expected=expected, got=got, do=do))


def _stretched(fields: Fields) -> torch.Tensor:
    """Work of the reactions on the mean strain of their virtual fields: what a stiffness above 0 has positive."""
    H = fields.gradients - torch.eye(2, dtype=torch.float64)
    grips = fields.weight > 1.0
    along = torch.einsum("seab,veab->sv", H, fields.virtual[grips])
    return (along * fields.work[:, grips]).sum(1).mean()


def _metadata(
    laws: list[Any],
    data: FieldData,
    fields: Fields,
    eps: np.ndarray,
    each: np.ndarray,
    errors: list[float],
    pressure: float,
) -> dict[str, Any]:
    norms, mean, det = np.linalg.norm(eps, axis=1), each.mean(0), torch.linalg.det(fields.gradients)
    stress = np.zeros_like(eps)
    stress[:, [0, 1, 5]] = mean[:, [0, 3, 1]]
    seen = StressStrain(eps, stress, np.arange(len(eps)))
    said = diagnose(seen)
    small = isinstance(laws[0], ElasticLaw)
    largest = float(norms.max())
    trust = {"trust": agreement(laws, seen)} if small else {}
    return trust | {
        "units": {"strain": "-", "stress": "Pa", "notation": "Mandel (xx, yy, zz, sqrt2 yz, sqrt2 xz, sqrt2 xy)"}
        if small
        else {"F": "-", "P": "Pa"},
        "ranges": {
            "strain": [eps.min(0).tolist(), eps.max(0).tolist()],
            "strain_norm": [float(norms.min()), largest],
            "J": [float(det.min()), float(det.max())],
            "stress_norm": [0.0, float(np.linalg.norm(mean, axis=1).max())],
        },
        "data": data_hash(
            data.nodes, data.triangles, data.displacements, *(data.forces[g] for g in sorted(data.forces))
        ),
        "rows": len(eps),
        "members": len(laws),
        "errors": {
            "residual": float(np.mean(errors)),
            "spread": float(np.sqrt(((each - mean) ** 2).sum(2).mean()) / pressure),
        },
        # Kinks would be those of the law, not of data: no stress was measured.
        "diagnostics": {key: value for key, value in said.items() if not key.startswith("kink")},
        "properties": elastic_properties(laws[0], STATES, largest / laws[0].strain_scale)
        if small
        else hyperelastic_properties(laws[0], STATES, min(largest, 0.7)),
    }
