// Block Cholesky factor of A + s diag(A), incomplete or complete: L L^T, block column by block column,
//   C_j C_j^T = A_jj - sum_{k<j} L_jk L_jk^T,   L_ij = (A_ij - sum_{k<j} L_ik L_jk^T) C_j^-T   on the pattern.
#pragma once

#include <span>
#include <vector>

#include "block_matrix.hpp"
#include "cholesky_pattern.hpp"

namespace dda {

class BlockCholesky {
  public:
    void analyse(const BlockMatrix& a, Fill fill);
    /// False when a pivot block is not positive definite; `shift` is s above.
    bool factor(const BlockMatrix& a, double shift, int threads);
    /// x = (L L^T)^-1 b; the same bits for any number of threads.
    void solve(std::span<const Vec6> b, std::span<Vec6> x, int threads);

    const CholeskyPattern& pattern() const { return pattern_; }

  private:
    friend struct CholeskyKernels;
    struct Block {
        double a[36];  ///< column-major
    };
    struct Workspace {
        std::vector<Block> column;  ///< the pivot block and those below it
        std::vector<int> slot;      ///< row -> place in that column, -1 outside
        bool definite = true;       ///< all pivot blocks of the part
    };
    CholeskyPattern pattern_;
    std::vector<Block> lower_, inverse_;  ///< L_ij by entry; C_j^-1
    std::vector<Workspace> work_;         ///< one for each part
    std::vector<Vec6> y_;                 ///< rows, then what the parts carry to the separator
};

}  // namespace dda
