#include "block_matrix.hpp"

#include <cassert>

#include "block_kernels.hpp"
#include "ranges.hpp"

namespace dda {

using namespace kernels;

void BlockMatrix::set_pattern(int rows, std::span<const std::array<int, 2>> pairs) {
    diagonal_.assign(rows, Mat6{});
    off_.assign(pairs.size(), Mat6{});
    pairs_.assign(pairs.begin(), pairs.end());
    pair_start_.assign(rows + 1, 0);
    target_.resize(pairs.size());
    carries_.clear();
    for (size_t k = 0; k < pairs.size(); ++k) {
        const auto [i, j] = pairs[k];
        assert(0 <= i && i < j && j < rows);
        ++pair_start_[i + 1];
        target_[k] = j;
        if (i / rows_per_range == j / rows_per_range) continue;
        target_[k] = rows + static_cast<int>(carries_.size());
        carries_.push_back({j, static_cast<int>(carries_.size())});
    }
    for (int i = 0; i < rows; ++i) pair_start_[i + 1] += pair_start_[i];
    carried_.resize(carries_.size());
}

void BlockMatrix::set_zero() {
    for (Mat6& m : diagonal_) m = Mat6{};
    for (Mat6& m : off_) m = Mat6{};
}

namespace {

struct Rows {
    const Mat6 *diagonal, *off;
    const std::array<int, 2>* pairs;
    const int *pair_start, *target;
    int count;
};

/// Rows first .. last - 1: y_i += A_ii x_i + sum_{j>i} A_ij x_j, and y_j += A_ij^T x_i or its carried part.
/// The row-major block (i, j) read by columns is M = A_ij^T.
DDA_CLONES void multiply_rows(const Rows& a, const Vec6* x, Vec6* y, Vec6* carried, int first, int last) {
    for (int i = first; i < last; ++i) y[i] = Vec6{};
    TransposedSums sums;
    Six z, v, row = zero();
    for (int i = first; i < last; ++i) {
        clear(sums);
        load(z, x[i].data());
        add_transposed_product(sums, a.diagonal[i].a.data(), z);
        for (int k = a.pair_start[i]; k < a.pair_start[i + 1]; ++k) {
            const int t = a.target[k];
            double* target = t < a.count ? y[t].data() : carried[t - a.count].data();
            load(z, x[a.pairs[k][1]].data());
            v = zero();
            if (t < a.count) load(v, target);
            add_both_products(v, x[i].data(), sums, z, a.off[k].a.data());
            store(target, v);
        }
        add_up(row, sums);
        load(v, y[i].data());
        v.lo += row.lo;
        v.hi += row.hi;
        store(y[i].data(), v);
    }
}

}  // namespace

void BlockMatrix::multiply(std::span<const Vec6> x, std::span<Vec6> y, int threads) const {
    const Rows a{diagonal_.data(), off_.data(), pairs_.data(), pair_start_.data(), target_.data(), rows()};
    for_each_rows(rows(), threads, [&](int first, int last, int) {
        multiply_rows(a, x.data(), y.data(), carried_.data(), first, last);
    });
    for (const Carry& c : carries_) add_scaled(y[c.row], 1.0, carried_[c.place]);
}

}  // namespace dda
