"""A wave that passes from a bar of blocks into a bar of finite elements.

Blocks at x < 0, elements at x > 0, c_1 = c_2, Z_2 / Z_1 = r by density and modulus. A pulse p sin^2(pi t / T) comes
from the far end of the blocks; its wavelength c T is twelve blocks, or elements, long. Of its stress the interface
reflects R = (Z_2 - Z_1) / (Z_2 + Z_1) and transmits T = 2 Z_2 / (Z_1 + Z_2).
"""

import numpy as np

import couplers
import dda
import harmony
import nmm
from harmony.fem import Simulation
from harmony.fem.mesher import mesh_model
from harmony.participants.blocks import BlocksParticipant, edges_along
from harmony.participants.finite_elements import fem_participant

SIZE, PER_WAVE = 0.5, 12
WAVE = PER_WAVE * SIZE
LENGTHS = 3 * WAVE, 2 * WAVE
YOUNG, DENSITY = 2.0e10, 2650.0
SPEED = np.sqrt(YOUNG / DENSITY)
PERIOD = WAVE / SPEED
PEAK = 1.0e6
STEPS = 24
"""A period; both take the same, or the blocks two of them in one of the elements."""
PROBE = -1.25 * WAVE, 0.75 * WAVE
RATIOS = (1, 2, 4)
NOTHING = 1e-6
"""Of the pulse: what a coupling iteration need not resolve [-]."""


def blocks(step):
    """The bar of bonded blocks, and the pulse at its far end."""
    model = dda.Model(gravity=(0.0, 0.0), plane="stress")
    rock = dda.Material(density=DENSITY, young=YOUNG, poisson=0.0)
    for k in range(round(LENGTHS[0] / SIZE)):
        x = -LENGTHS[0] + k * SIZE
        model.add_block([(x, 0), (x + SIZE, 0), (x + SIZE, SIZE), (x, SIZE)], rock)
    # 250 times as stiff as a block, and too strong to break
    stiff = 250 * YOUNG / SIZE
    model.joint = dda.Joint(friction=45.0, cohesion=1e12, tension=1e12, normal_stiffness=stiff, shear_stiffness=stiff)
    t = np.linspace(0.0, PERIOD, 200)
    model.add_traction(0, 3, (PEAK, 0.0), np.column_stack([t, np.sin(np.pi * t / PERIOD) ** 2]))
    return dda.Simulation(model, dt=step, scheme="conserving")


def elements(ratio):
    """The bar of linear triangles."""
    model = nmm.Model(gravity=(0.0, 0.0), plane="stress")
    rock = dda.Material(density=ratio * DENSITY, young=ratio * YOUNG, poisson=0.0)
    model.add_body([(0, 0), (LENGTHS[1], 0), (LENGTHS[1], SIZE), (0, SIZE)], rock)
    return Simulation(model, mesh=mesh_model(model, SIZE, mesher="structured"), degree=1)


def coupled(ratio, substeps=1, motion="Displacement", given="Elements", **settings):
    """Both bars; substeps: of the blocks in a window; motion: what `given` is given, Displacement or Velocity."""
    window = PERIOD / STEPS
    near, far = blocks(window / substeps), elements(ratio)
    mesh, owners = edges_along(near.model, [(0.0, 0.0), (0.0, SIZE)])
    other = {"Elements": "Blocks", "Blocks": "Elements"}[given]
    scale = PEAK / YOUNG * (WAVE if motion == "Displacement" else SPEED)
    reads = {given: motion, other: "Force"}
    return (
        near,
        far,
        couplers.Coupling(
            [
                fem_participant("Elements", far, mesh, reads=reads["Elements"], scheme="conserving"),
                BlocksParticipant(
                    "Blocks", near, mesh, reads["Blocks"], owners, stiffness=100 * YOUNG, time_step=window / substeps
                ),
            ],
            [couplers.Exchange("Force", given, other), couplers.Exchange(motion, other, given)],
            scheme="serial-implicit",
            time_window_size=window,
            max_time=(LENGTHS[0] - PROBE[0] + 1.1 * WAVE) / SPEED,
            convergence=[
                couplers.Measure("Force", "relative", 1e-5, floor=NOTHING * PEAK * SIZE),
                couplers.Measure(motion, "relative", 1e-5, floor=NOTHING * scale),
            ],
            options={"initial_relaxation": 0.2, "time_windows_reused": 4, "limit": 1e-2},
            energy=[couplers.Conjugate("Force", motion, rate=motion == "Velocity")],
            **settings,
        ),
    )


def waves(ratio, **how):
    """R, T and the energy that the interface makes over that of the pulse [-]."""
    near, far, coupling = coupled(ratio, **how)
    block = int(np.argmin(np.abs(near.centroids[:, 0] - PROBE[0])))
    element = int(np.argmin(np.abs(far.centroids[:, 0] - PROBE[1])))
    times, stress = [], []
    while coupling.time < coupling.max_time:
        coupling.advance()
        times.append(coupling.time)
        stress.append([near.stresses[block, 0], far.stresses[element, 0]])
    stress = np.array(stress)
    # Between the end of the incident wave at the probe and the begin of the reflected one
    back = np.array(times) > (LENGTHS[0] + WAVE / 2) / SPEED
    incident, reflected, transmitted = stress[~back, 0], stress[back, 0], stress[:, 1]
    peak = _largest(incident)
    # p^2 / (rho c) int sin^4 dt over the side
    energy = PEAK**2 / (DENSITY * SPEED) * 3 / 8 * PERIOD * SIZE
    made = next(iter(coupling.total_work.values())).error
    return _largest(reflected) / peak, _largest(transmitted) / peak, made / energy


def _largest(values):
    """The value of largest magnitude."""
    return values[np.argmax(np.abs(values))]


def run(case: harmony.Case) -> dict[str, float]:
    """`R`, `T`, `energy` of each Z_2 / Z_1; substeps: two steps of the blocks in one of the elements."""
    found = {}
    ways = {str(ratio): (ratio, {}) for ratio in RATIOS}
    ways |= {f"substeps.{ratio}": (ratio, {"motion": "Velocity", "substeps": 2}) for ratio in (1, 2)}
    for name, (ratio, how) in ways.items():
        R, T, energy = waves(ratio, **how)
        found |= {f"{name}.R": R, f"{name}.T": T, f"{name}.energy": energy}
    return found
