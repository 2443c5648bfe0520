"""Two bars in one line under a uniform stress: blocks (fixed) and a continuum (loaded), meshes that do not match.

The continuum is given the displacement of the interface and gives the force; the blocks the reverse.
u(2 m) = sigma L_1 / E_1, u(5 m) = u(2 m) + sigma L_2 / E_2.
"""

import numpy as np

import couplers
import dda
import harmony
import nmm
from harmony.participants.blocks import BlocksParticipant, edges_along
from harmony.participants.finite_elements import fem_participant
from harmony.participants.manifold import manifold_participant

STRESS = -1.0e6
SLIDES = "poisson", "fem", 1, 0.25
INTERFACE = [(2.0, 0.0), (2.0, 1.0)]


def blocks(bars, poisson=0.0):
    """E = 1 GPa from x = 0 to 2 m, as so many bars beside each other that touch without friction.

    With poisson the bar is free to grow across: it leans, without friction, on a fixed block.
    """
    model = dda.Model(gravity=(0.0, 0.0), plane="stress")
    rock = dda.Material(density=2600.0, young=1.0e9, poisson=poisson)
    model.joint = dda.Joint(friction=0.0, cohesion=0.0, tension=0.0)
    if poisson:
        model.add_block([(-1, -1), (0, -1), (0, 2), (-1, 2)], rock, fixed=True)
        model.add_block([(0, 0), (2, 0), (2, 1), (0, 1)], rock)
        return dda.Simulation(model, dt=1e-2, contact=dda.Complementarity())
    ends = np.linspace(0.0, 1.0, bars + 1)
    for k in range(bars):
        low, high = ends[k], ends[k + 1]
        index = model.add_block([(0, low), (2, low), (2, high), (0, high)], rock)
        for y in (low, high):
            model.fix_point(index, (0.0, y))
    return dda.Simulation(model, dt=1e-2)


def continuum(method, poisson=0.0):
    """E = 5 GPa from x = 2 to 5 m, pushed at its end; with poisson on rollers along its lower side."""
    model = nmm.Model(gravity=(0.0, 0.0), plane="stress", cover=nmm.Triangles(0.27))
    model.add_body([(2, 0), (5, 0), (5, 1), (2, 1)], dda.Material(density=2600.0, young=5.0e9, poisson=poisson))
    if poisson:
        model.fix([(2, 0), (5, 0)], ["y"])
    model.add_traction([(5, 0), (5, 1)], (STRESS, 0.0))
    if method == "nmm":
        return nmm.Simulation(model, order=0), manifold_participant
    from harmony.fem import Simulation

    return Simulation(model, degree=2), fem_participant


def coupled(method, bars=1, limit=1e-10, scheme="serial-implicit", poisson=0.0):
    """Blocks, continuum and their static coupling; with poisson both slide along the interface."""
    near = blocks(bars, poisson)
    mesh, owners = edges_along(near.model, INTERFACE)
    far, participant = continuum(method, poisson)
    slides = poisson != 0.0
    return (
        near,
        far,
        couplers.Coupling(
            [
                participant("Continuum", far, mesh, reads="Displacement", analysis="static", frictionless=slides),
                BlocksParticipant("Blocks", near, mesh, blocks=owners, analysis="static", frictionless=slides),
            ],
            [
                couplers.Exchange("Force", "Continuum", "Blocks"),
                couplers.Exchange("Displacement", "Blocks", "Continuum"),
            ],
            scheme=scheme,
            convergence=[couplers.Measure(limit=limit)],
            energy=[couplers.Conjugate("Force", "Displacement")],
        ),
    )


def run(case: harmony.Case) -> dict[str, float]:
    """Displacements [m], traction [Pa], energy that the coupling makes over that which crosses [-]."""
    found = {}
    for name, method, bars, nu in (("fem", "fem", 1, 0.0), ("nmm", "nmm", 1, 0.0), ("bars", "fem", 3, 0.0), SLIDES):
        near, far, coupling = coupled(method, bars, 1e-8 if bars > 1 else 1e-10, poisson=nu)
        coupling.run()
        u = coupling.value("Blocks", "Displacement")
        if nu:
            found |= {"poisson.across": np.ptp(u[:, 1]), "poisson.top": far.at([(5.0, 1.0)]).displacement[0, 1]}
            found |= {"poisson.shear": np.abs(coupling.value("Continuum", "Force")[:, 1]).max()}
            found |= {"poisson.block": near.stresses[-1, 0]}
            u = u * (1.0, 0.0)
        work = coupling.total_work["Force, Displacement"]
        found |= {
            f"{name}.interface": u[:, 0].mean(),
            f"{name}.spread": np.ptp(u[:, 0]) + np.abs(u[:, 1]).max(),
            f"{name}.end": far.at([(5.0, 0.5)]).displacement[0, 0],
            f"{name}.traction": coupling.value("Continuum", "Force")[:, 0].sum(),
            f"{name}.stress": far.at([(2.01, 0.33)]).stress[0, 0],
            f"{name}.energy": work.error / work.given,
        }
    return found
