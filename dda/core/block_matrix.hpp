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

    /// y = A x; the same bits for any number of threads.
    void multiply(std::span<const Vec6> x, std::span<Vec6> y, int threads) const;

  private:
    std::vector<Mat6> diagonal_, off_;
    std::vector<std::array<int, 2>> pairs_;
    // Row i: its neighbours in ascending order, with the pair that holds the block and whether it is transposed.
    struct Neighbour {
        int column, pair;
        bool transposed;
    };
    std::vector<int> row_start_, next_;
    std::vector<Neighbour> neighbours_;
};

}  // namespace dda
