#include "block_matrix.hpp"

#include <cassert>

namespace dda {

void BlockMatrix::set_pattern(int rows, std::span<const std::array<int, 2>> pairs) {
    diagonal_.assign(rows, Mat6{});
    off_.assign(pairs.size(), Mat6{});
    pairs_.assign(pairs.begin(), pairs.end());

    row_start_.assign(rows + 1, 0);
    for (const auto& [i, j] : pairs_) {
        assert(0 <= i && i < j && j < rows);
        ++row_start_[i + 1];
        ++row_start_[j + 1];
    }
    for (int i = 0; i < rows; ++i) row_start_[i + 1] += row_start_[i];
    neighbours_.resize(2 * pairs_.size());
    // The pairs are sorted, so that row i first meets its columns j < i, then its columns j > i, each ascending.
    std::vector<int>& next = next_;
    next.assign(row_start_.begin(), row_start_.end() - 1);
    const int count = static_cast<int>(pairs_.size());
    for (int k = 0; k < count; ++k) neighbours_[next[pairs_[k][1]]++] = {pairs_[k][0], k, true};
    for (int k = 0; k < count; ++k) neighbours_[next[pairs_[k][0]]++] = {pairs_[k][1], k, false};
}

void BlockMatrix::set_zero() {
    for (Mat6& m : diagonal_) m = Mat6{};
    for (Mat6& m : off_) m = Mat6{};
}

void BlockMatrix::multiply(std::span<const Vec6> x, std::span<Vec6> y, int threads) const {
    const int n = rows();
#pragma omp parallel for schedule(static) num_threads(threads) if (threads > 1)
    for (int i = 0; i < n; ++i) {
        // y_i = A_ii x_i + sum_{j<i} A_ji^T x_j + sum_{j>i} A_ij x_j, in this order whoever computes it.
        Vec6 sum = diagonal_[i] * x[i];
        for (int k = row_start_[i]; k < row_start_[i + 1]; ++k) {
            const Neighbour& at = neighbours_[k];
            const Mat6& m = off_[at.pair];
            const Vec6& v = x[at.column];
            if (at.transposed) {
                for (int r = 0; r < 6; ++r)
                    for (int c = 0; c < 6; ++c) sum[c] += m(r, c) * v[r];
            } else {
                for (int r = 0; r < 6; ++r)
                    for (int c = 0; c < 6; ++c) sum[r] += m(r, c) * v[c];
            }
        }
        y[i] = sum;
    }
}

}  // namespace dda
