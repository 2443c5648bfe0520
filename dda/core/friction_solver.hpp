// (S + C) x = b: the tangent of a step with sliding contacts. S is the symmetric matrix of the step, C what Coulomb
// friction adds, t cross n^T for each clipped contact, of low rank and unsymmetric. GMRES on x + S^-1 C x = S^-1 b
// (Saad & Schultz 1986), where S^-1 is the linear solver of the step.
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
