// Conjugate gradients for A x = b with a block Cholesky factor, complete or not, as preconditioner.
#pragma once

#include <span>
#include <vector>

#include "block_cholesky.hpp"
#include "block_matrix.hpp"

namespace dda {

class ConjugateGradients {
  public:
    /// Starts from x; r = b - A x. |r|, or what is not finite in it.
    double start(const BlockMatrix& a, std::span<const Vec6> b, std::span<const Vec6> x, int threads);

    /// Iterates after start() until |b - A x| <= target, taken anew from x at the end, or until `limit` iterations are
    /// spent, or the matrix shows itself not positive definite or not finite. Returns the iterations; residual() is
    /// |b - A x|.
    int run(const BlockMatrix& a, BlockCholesky& factor, std::span<const Vec6> b, std::span<Vec6> x, double target,
            int limit, int threads);
    double residual() const { return residual_; }

  private:
    std::vector<Vec6> r_, z_, p_, q_;
    double residual_ = 0.0;
};

}  // namespace dda
