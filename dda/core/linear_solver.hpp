// A x = b for the symmetric positive definite block matrix of a step: preconditioned conjugate gradients with a warm
// start, and a sparse direct factorisation where they do not converge or would cost more.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "block_matrix.hpp"

namespace dda {

struct SolveReport {
    int iterations = 0;     ///< of conjugate gradients; 0 when the warm start was good enough or the solve was direct
    double residual = 0.0;  ///< |b - A x| / |b|, true residual
    bool direct = false;
    bool converged = false;
};

struct SolverOptions {
    double tolerance = 1e-8;   ///< relative residual |b - A x| <= tolerance max(|b|, scale)
    int max_iterations = 400;  ///< before the direct fall-back
    int threads = 1;
    double direction = 0.1;  ///< relative residual of the symmetric solve in a direction of GMRES
    double scale = 0.0;      ///< of the forces at play, where b is what is left when they balance each other
};

class LinearSolver {
  public:
    LinearSolver();
    ~LinearSolver();
    /// x: warm start in, solution out. The preconditioner is remade when `matrix_changed`. Deterministic: the same bits
    /// for any number of threads, and the choice between iterative and direct hangs on counts only, never on time.
    SolveReport solve(const BlockMatrix& a, std::span<const Vec6> b, std::span<Vec6> x, const SolverOptions& options,
                      bool matrix_changed = true);
    /// x = A^-1 b by the complete factor of the matrix of the last solve, to rounding; false where there is none.
    bool solve_directly(std::span<const Vec6> b, std::span<Vec6> x, int threads);
    /// Forget everything kept between solves (called at checkpoints, so that a restart continues with the same bits).
    void forget();

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace dda
