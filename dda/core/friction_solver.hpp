// (S + C) x = b: the tangent of a step with sliding contacts. S is the symmetric matrix of the step, C what Coulomb
// friction adds, t cross n^T for each clipped contact, of low rank and unsymmetric. GMRES with S^-1, the linear solver
// of the step, as its right preconditioner (Saad & Schultz 1986):
//     (I + C S^-1) y = b - (S + C) x0,   x = x0 + S^-1 y,
// so that the residual that it makes small is the unbalanced force itself, whatever the displacements are.
#pragma once

#include <span>
#include <vector>

#include "linear_solver.hpp"
#include "step_system.hpp"

namespace dda {

/// x: start in, solution out. Without clipped contacts this is one symmetric solve.
SolveReport solve_with_friction(const StepSystem& system, std::span<const ContactRow> rows, LinearSolver& solver,
                                const SolverOptions& options, std::span<Vec6> x);

}  // namespace dda
