// The pattern of a block Cholesky factor, L with A ~ L L^T: that of A (incomplete, zero fill) or the filled one.
#pragma once

#include <cstdint>
#include <vector>

#include "block_matrix.hpp"

namespace dda {

enum class Fill { none, complete };

struct CholeskyPattern {
    /// Orders the rows by parts (reverse Cuthill-McKee without fill, minimum degree with it) and finds the pattern.
    void analyse(const BlockMatrix& a, Fill fill);

    int rows() const { return static_cast<int>(order.size()); }
    int parts() const { return static_cast<int>(part_start.size()) - 2; }
    int separator() const { return part_start[parts()]; }
    int carries() const { return parts() * (rows() - separator()); }
    int entries() const { return static_cast<int>(row.size()); }

    /// Columns of part k: part_start[k] .. part_start[k + 1]; parts do not touch, the separator comes after the last.
    std::vector<int> part_start;
    std::vector<int> order;       ///< order[k]: the row of A eliminated k-th
    std::vector<int> start, row;  ///< column j of L: rows row[start[j] .. start[j + 1]), ascending, all below j
    std::vector<int> column;      ///< of each entry
    std::vector<int> left_start;  ///< row j of L: the entries left[left_start[j] ..), ascending columns, all left of j
    std::vector<int> left;
    /// The block of A an entry starts from: its pair, or the pair's bit complement where the transpose of the row-major
    /// block is meant as read by columns; no_source for fill.
    std::vector<int> source;
    static constexpr int no_source = 1 << 30;
    /// Where an entry adds in forward substitution: its row or, from a part to the separator, rows() + k, a place of
    /// that part's own: k = part (rows() - separator()) + row - separator().
    std::vector<int> target;
    int longest = 0;            ///< entries of the longest column
    std::int64_t products = 0;  ///< products of two blocks in one factorisation (without fill: at most)
};

}  // namespace dda
