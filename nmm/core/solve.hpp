// Linear solution of A x = b.
#pragma once

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

/// LDL^T with minimum degree, and one step of refinement.
Solution solve_direct(const Sparse& A, std::span<const double> b);

/// Conjugate gradients; the preconditioner is the inverse of the diagonal block of each cover.
Solution solve_cg(const Sparse& A, const Space& space, std::span<const double> b, double tolerance, int most);

}  // namespace nmm
