"""A toy case and a toy simulation with the interfaces of `harmony.Case` and `dda.Simulation`.

They let the driver be tested for what is its own: order, files, restarts, failures. One unit block of 1000 kg/m falls
under gravity from rest; a second block is fixed.
"""

import json
import pickle
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

import numpy as np
import pytest

import dda
from dda.errors import StepFailure
from harmony.methods import METHODS
from harmony.output.frame import CONTACT_TYPE

GRAVITY = -9.81
MASS = 1000.0
SQUARE = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])


@dataclass
class ToyModel:
    blocks: list[Any] = field(
        default_factory=lambda: [SimpleNamespace(fixed=False, group=""), SimpleNamespace(fixed=True, group="base")]
    )


@dataclass
class ToySimulation:
    """Free fall in steps; `fails_at` raises a StepFailure when a step passes that time."""

    model: Any
    dt: float = 1e-2
    contact: Any = None
    threads: int = 1
    scheme: str | None = "shi"
    time: float = 0.0
    steps: int = 0
    fall: float = 0.0
    velocity: float = 0.0
    fails_at: ClassVar[float | None] = None
    stands: ClassVar[bool] = True

    def run(self, *, steps: int | None = None, until: float | None = None) -> None:
        if steps is not None:
            for _ in range(steps):
                self._step(self.dt)
            return
        while self.time < until - 1e-9:
            self._step(min(self.dt, until - self.time))
        self.time = until

    def _step(self, h: float) -> None:
        if self.fails_at is not None and self.time + h > self.fails_at:
            raise StepFailure("the open-close iteration did not converge", {"dt": h})
        self.fall += h * self.velocity + 0.5 * GRAVITY * h * h
        self.velocity += GRAVITY * h
        self.time += h
        self.steps += 1

    def settle(self, tolerance: float = 1e-6, max_steps: int = 1000, stuck: bool = False) -> Any:
        self.velocity = 0.0
        stands = self.stands or stuck
        self.fall -= 0.001 if stands else 1.0
        reason = "" if stands else "unbalanced force 0.5 of the weight"
        return SimpleNamespace(converged=stands, residual=0.5, steps=7, displacement=0.001, reason=reason)

    def revise(self, model: Any) -> None:
        self.model = model

    def reset(self, displacement: bool = True, energy: bool = True, slip: bool = False) -> None:
        self.fall = 0.0 if displacement else self.fall

    def save(self) -> bytes:
        return pickle.dumps([self.time, self.steps, self.fall, self.velocity])

    @classmethod
    def load(cls, model: Any, blob: bytes, **settings: Any) -> "ToySimulation":
        sim = cls(model, **settings)
        sim.time, sim.steps, sim.fall, sim.velocity = pickle.loads(blob)
        return sim

    substeps = property(lambda self: self.steps)
    masses = property(lambda self: np.array([MASS, MASS]))
    displacements = property(lambda self: np.array([[0.0, self.fall], [0.0, 0.0]]))
    velocities = property(lambda self: np.array([[0.0, self.velocity], [0.0, 0.0]]))
    rotations = property(lambda self: np.zeros(2))
    stresses = property(lambda self: np.zeros((2, 3)))
    slips = property(lambda self: np.zeros(8))
    all_vertices = property(
        lambda self: (
            np.vstack([SQUARE + np.array([0.0, self.fall]), SQUARE - np.array([0.0, 2.0])]),
            np.array([0, 4, 8]),
        )
    )
    peak_speed = property(lambda self: abs(self.velocity))
    report = property(lambda self: {"open_close": 1})
    totals = property(lambda self: {"open_close": self.steps})

    @property
    def contacts(self) -> np.ndarray:
        return np.zeros(0, CONTACT_TYPE)

    @property
    def energy(self) -> dict[str, float]:
        keys = ("strain", "contact", "friction", "breakage", "impact", "external", "scheme", "drift")
        kinetic = 0.5 * MASS * self.velocity**2
        return {"kinetic": kinetic, "potential": -MASS * GRAVITY * self.fall} | dict.fromkeys(keys, 0.0)

    def point(self, block: int, point: tuple[float, float]) -> Any:
        shift, velocity = self.displacements[block], self.velocities[block]
        return SimpleNamespace(position=point + shift, displacement=shift, velocity=velocity, stress=np.zeros(3))


@dataclass
class ToyCase:
    folder: Path
    name: str = "toy"
    stages: list[Any] = field(default_factory=list)
    expected: list[Any] = field(default_factory=list)
    failure: Any = None
    critical: Any = None
    study: Any = None
    values: dict[str, float] = field(default_factory=dict)
    key: str = "toy"

    def __post_init__(self) -> None:
        self.path = self.folder / "case.yaml"
        self.output = SimpleNamespace(every=0.1, history=None)
        self.contact = None
        self.data = SimpleNamespace(contact=SimpleNamespace(method="penalty"))
        self.method, self.solver = "dda", METHODS["dda"]
        self.warnings: list[str] = []
        self.probes = {"block": SimpleNamespace(at=(0.5, 0.5), block=0)}
        self.stages = self.stages or [stage("fall", end=1.0)]

    def model(self, stage: Any = None) -> ToyModel:
        return ToyModel()

    def require_available(self) -> None:
        pass

    def to_yaml(self) -> str:
        stages = [vars(one) | {"reset": sorted(one.reset)} for one in self.stages]
        return json.dumps({"name": self.name, "stages": stages}, indent=1)


def stage(name: str, analysis: str = "dynamic", end: float | None = None, reset: tuple[str, ...] = ()) -> Any:
    times = {"end": end, "step": 1e-2, "scheme": "shi", "tolerance": 1e-6, "max_steps": 100, "rest": None}
    return SimpleNamespace(name=name, analysis=analysis, reset=set(reset), index=0, **times)


def expect(quantity: str, **given: Any) -> Any:
    form = {"at": None, "region": None, "value": None, "tolerance": None, "between": None}
    return SimpleNamespace(**({"quantity": quantity, "kind": "verification", "source": ""} | form | given))


@pytest.fixture
def toy(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """Makes toy cases, after putting the toy simulation in the place of the real one."""
    monkeypatch.setattr(dda, "Simulation", ToySimulation, raising=False)
    monkeypatch.setattr("harmony.driver._report", lambda run, directory: None)
    monkeypatch.setattr(ToySimulation, "fails_at", None)
    monkeypatch.setattr(ToySimulation, "stands", True)

    def make(**given: Any) -> ToyCase:
        return ToyCase(tmp_path, **given)

    return SimpleNamespace(case=make, stage=stage, expect=expect, simulation=ToySimulation, folder=tmp_path)
