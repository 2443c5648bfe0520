// Conjugate gradients for A x = b with a block Cholesky factor, complete or not, as preconditioner.
#pragma once

#include <span>
#include <vector>

#include "block_cholesky.hpp"
#include "block_matrix.hpp"
#include "block_vectors.hpp"

namespace dda {

class ConjugateGradients {
  public:
    /// Starts from x; returns |r|, r = b - A x.
    double start(const BlockMatrix& a, std::span<const Vec6> b, std::span<const Vec6> x, int threads);

    /// Iterates after start() until |b - A x| <= target, taken anew from x at the end, or until `limit` iterations are
    /// spent, or the matrix shows itself not positive definite or not finite. Returns the iterations; residual() is
    /// |b - A x|.
    int run(const BlockMatrix& a, BlockCholesky& factor, std::span<const Vec6> b, std::span<Vec6> x, double target,
            int limit, int threads);
    double residual() const { return residual_; }
    /// |v|
    double norm(std::span<const Vec6> v, int threads);

  private:
    std::vector<Vec6> r_, z_, p_, q_;
    BlockVectors vectors_;
    double residual_ = 0.0;
};

}  // namespace dda
