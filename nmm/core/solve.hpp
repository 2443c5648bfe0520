// Linear solution of A x = b.
#pragma once

#include <Eigen/Sparse>
#include <memory>
#include <span>
#include <vector>

#include "sparse.hpp"

namespace nmm {

struct Solution {
    std::vector<double> x;
    int iterations = 0;     ///< 0 for the direct solve
    double residual = 0.0;  ///< |b - A x| / |b|
    bool positive = true;   ///< all pivots (direct) or curvatures (cg) were positive
};

/// The lower half of a matrix of 2 x 2 blocks.
Eigen::SparseMatrix<double> lower_half(const Sparse& A);

/// LDL^T with minimum degree, kept for many right-hand sides.
class Factor {
  public:
    explicit Factor(const Sparse& A);
    ~Factor();
    bool positive() const;  ///< all pivots are
    /// One solve, and one step of refinement against `A`, the matrix that was factored.
    Solution solve(const Sparse& A, std::span<const double> b) const;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// The same for one right-hand side.
Solution solve_direct(const Sparse& A, std::span<const double> b);

/// Conjugate gradients; the preconditioner is the inverse of the diagonal block of each cover.
Solution solve_cg(const Sparse& A, const Space& space, std::span<const double> b, double tolerance, int most);

}  // namespace nmm
