// Direct solution of a sequence of systems with one pattern: the ordering is found once.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "sparse.hpp"

namespace nmm {

class TangentFactor {
  public:
    /// symmetric: LDL^T, both halves of the matrix are equal; otherwise LU with pivoting.
    explicit TangentFactor(bool symmetric);
    ~TangentFactor();
    TangentFactor(TangentFactor&&) noexcept;

    /// False where the matrix is singular.
    bool factorise(const Sparse& A);
    std::vector<double> solve(std::span<const double> b) const;

  private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace nmm
