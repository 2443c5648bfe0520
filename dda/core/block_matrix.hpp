// Symmetric matrix of 6x6 blocks: the diagonal and, for each pair of touching blocks i < j, the block (i, j).
#pragma once

#include <array>
#include <span>
#include <vector>

#include "types.hpp"

namespace dda {

class BlockMatrix {
  public:
    /// Pairs (i, j), i < j, sorted and unique; values are zeroed.
    void set_pattern(int rows, std::span<const std::array<int, 2>> pairs);
    void set_zero();

    int rows() const { return static_cast<int>(diagonal_.size()); }
    std::span<const std::array<int, 2>> pairs() const { return pairs_; }
    Mat6& diagonal(int i) { return diagonal_[i]; }
    const Mat6& diagonal(int i) const { return diagonal_[i]; }
    Mat6& off_diagonal(int pair) { return off_[pair]; }
    const Mat6& off_diagonal(int pair) const { return off_[pair]; }

    /// y = A x; the same bits for any number of threads. Not from two threads on one matrix at the same time.
    void multiply(std::span<const Vec6> x, std::span<Vec6> y, int threads) const;

  private:
    std::vector<Mat6> diagonal_, off_;
    std::vector<std::array<int, 2>> pairs_;
    std::vector<int> pair_start_;  ///< pairs (i, j) of row i: pair_start_[i] .. pair_start_[i + 1]
    /// Each block is read once, for row i and for row j. Where j lies in a later range of rows, its part goes to a
    /// place of its own, rows() + k, and is added when all ranges are done.
    std::vector<int> target_;
    struct Carry {
        int row, place;
    };
    std::vector<Carry> carries_;
    mutable std::vector<Vec6> carried_;
};

}  // namespace dda
