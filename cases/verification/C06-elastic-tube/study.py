"""Iterations per window of the elastic tube with the settings of the reference."""

import sys
from pathlib import Path

import numpy as np

import couplers
import harmony

sys.path.insert(0, str(Path(__file__).parent))
import tube


def coupled(max_time=1.0, **settings):
    """The tube, ready to run: serial-implicit, fluid first."""
    speed = tube.inlet_speed(0.0) * np.ones(tube.NODES)
    pressure, area = np.zeros(tube.NODES), tube.AREA * np.ones(tube.NODES)

    def fluid(state, inputs, h):
        time, v, p, old = state
        new = inputs["CrossSectionLength"]
        v, p = tube.fluid(v, p, old, new, h, tube.inlet_speed(time + h))
        return (time + h, v, p, new), {"Pressure": p}

    def solid(state, inputs, h):
        return {"CrossSectionLength": tube.wall(inputs["Pressure"])}

    meshes = {"Pressure": tube.points(), "CrossSectionLength": tube.points()}
    return couplers.Coupling(
        [
            couplers.CallableParticipant("Fluid", fluid, {"Pressure": pressure}, (0.0, speed, pressure, area), meshes),
            couplers.CallableParticipant("Solid", solid, {"CrossSectionLength": area}, meshes=meshes),
        ],
        [
            couplers.Exchange("Pressure", "Fluid", "Solid", couplers.Mapping("nearest-neighbor"), initialize=False),
            couplers.Exchange("CrossSectionLength", "Solid", "Fluid", couplers.Mapping("nearest-neighbor")),
        ],
        scheme="serial-implicit",
        time_window_size=0.01,
        max_time=max_time,
        max_iterations=40,
        convergence=[couplers.Measure(data, "relative", 1e-5) for data in ("Pressure", "CrossSectionLength")],
        acceleration="IQN-ILS",
        options={
            "initial_relaxation": 0.01,
            "max_used_iterations": 50,
            "time_windows_reused": 8,
            "filter": "QR2",
            "limit": 1e-3,
        },
        **settings,
    )


def run(case: harmony.Case) -> dict[str, float]:
    """`iterations.<window>` and their mean over the 100 windows of one second."""
    coupling = coupled()
    counts = [report.iterations for report in coupling.run()]
    return {f"iterations.{k + 1}": n for k, n in enumerate(counts[:8])} | {
        "iterations.mean": float(np.mean(counts)),
        "iterations.sum": float(np.sum(counts)),
    }
