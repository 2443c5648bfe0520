#include "block_cholesky.hpp"

#include <algorithm>

#include "block_kernels.hpp"
#include "ranges.hpp"

namespace dda {

using namespace kernels;

namespace {

/// A pivot below this fraction of its diagonal element has lost all its digits: not positive definite.
constexpr double smallest_pivot = 1e-14;

}  // namespace

/// The loops over the columns first .. last - 1 of a part.
struct CholeskyKernels {
    using Block = BlockCholesky::Block;
    using Workspace = BlockCholesky::Workspace;

    /// The column j of A + s diag(A) into the workspace.
    DDA_INLINE static void scatter(const CholeskyPattern& p, const BlockMatrix& a, double shift, int j, Workspace& w) {
        const double* diagonal = a.diagonal(p.order[j]).a.data();
        for (int q = 0; q < 36; ++q) w.column[0].a[q] = diagonal[q] * (1.0 + shift);
        w.slot[j] = 0;
        for (int e = p.start[j]; e < p.start[j + 1]; ++e) {
            const int place = e - p.start[j] + 1, source = p.source[e];
            w.slot[p.row[e]] = place;
            double* block = w.column[place].a;
            if (source == CholeskyPattern::no_source) {
                std::memset(block, 0, sizeof(Block));
            } else if (source >= 0) {
                std::memcpy(block, a.off_diagonal(source).a.data(), sizeof(Block));
            } else {
                const double* m = a.off_diagonal(~source).a.data();
                for (int c = 0; c < 6; ++c)
                    for (int r = 0; r < 6; ++r) block[6 * c + r] = m[6 * r + c];
            }
        }
    }

    DDA_CLONES static bool factor(BlockCholesky& l, const BlockMatrix& a, double shift, int first, int last,
                                  Workspace& w) {
        const CholeskyPattern& p = l.pattern_;
        bool definite = true;
        for (int j = first; j < last && definite; ++j) {
            scatter(p, a, shift, j, w);
            for (int k = p.left_start[j]; k < p.left_start[j + 1]; ++k) {
                const int left = p.left[k], end = p.start[p.column[left] + 1];
                for (int e = left; e < end; ++e) {
                    const int place = w.slot[p.row[e]];
                    if (place >= 0) outer_product<false>(w.column[place].a, l.lower_[e].a, l.lower_[left].a);
                }
            }
            definite = inverse_cholesky(w.column[0].a, smallest_pivot, l.inverse_[j].a);
            w.slot[j] = -1;
            for (int e = p.start[j]; e < p.start[j + 1]; ++e) {
                outer_product<true>(l.lower_[e].a, w.column[e - p.start[j] + 1].a, l.inverse_[j].a);
                w.slot[p.row[e]] = -1;
            }
        }
        return definite;
    }

    /// L y = b: y_j = C_j^-1 y_j, then y_i -= L_ij y_j below.
    DDA_CLONES static void forward(BlockCholesky& l, int first, int last) {
        const CholeskyPattern& p = l.pattern_;
        Vec6* y = l.y_.data();
        for (int j = first; j < last; ++j) {
            Six v = zero(), t;
            add_product(v, l.inverse_[j].a, y[j].data());
            store(y[j].data(), v);
            Vec6 negative;
            v.lo = -v.lo;
            v.hi = -v.hi;
            store(negative.data(), v);
            for (int e = p.start[j]; e < p.start[j + 1]; ++e) {
                double* target = y[p.target[e]].data();
                load(t, target);
                add_product(t, l.lower_[e].a, negative.data());
                store(target, t);
            }
        }
    }

    /// L^T x = y: x_j = C_j^-T (y_j - sum_{i>j} L_ij^T x_i).
    DDA_CLONES static void backward(BlockCholesky& l, int first, int last, Vec6* x) {
        const CholeskyPattern& p = l.pattern_;
        Vec6* y = l.y_.data();
        TransposedSums sums;
        Six v, t;
        for (int j = last - 1; j >= first; --j) {
            clear(sums);
            for (int e = p.start[j]; e < p.start[j + 1]; ++e) {
                load(t, y[p.row[e]].data());
                add_transposed_product(sums, l.lower_[e].a, t);
            }
            add_up(t, sums);
            load(v, y[j].data());
            v.lo -= t.lo;
            v.hi -= t.hi;
            clear(sums);
            add_transposed_product(sums, l.inverse_[j].a, v);
            add_up(v, sums);
            store(y[j].data(), v);
            store(x[p.order[j]].data(), v);
        }
    }
};

void BlockCholesky::analyse(const BlockMatrix& a, Fill fill) {
    pattern_.analyse(a, fill);
    const int n = pattern_.rows();
    lower_.resize(pattern_.entries());
    inverse_.resize(n);
    work_.resize(pattern_.parts());
    for (Workspace& w : work_) {
        w.column.resize(pattern_.longest + 1);
        w.slot.assign(n, -1);
    }
    y_.resize(n + pattern_.carries());
}

bool BlockCholesky::factor(const BlockMatrix& a, double shift, int threads) {
    const CholeskyPattern& p = pattern_;
    for_each_range(p.parts(), threads, [&](int k) {
        std::fill(work_[k].slot.begin(), work_[k].slot.end(), -1);
        work_[k].definite = CholeskyKernels::factor(*this, a, shift, p.part_start[k], p.part_start[k + 1], work_[k]);
    });
    if (!std::ranges::all_of(work_, &Workspace::definite)) return false;
    return CholeskyKernels::factor(*this, a, shift, p.separator(), p.rows(), work_[0]);
}

void BlockCholesky::solve(std::span<const Vec6> b, std::span<Vec6> x, int threads) {
    const CholeskyPattern& p = pattern_;
    const int n = p.rows(), s = p.separator();
    for_each_range(p.parts(), threads, [&](int k) {
        for (int j = p.part_start[k]; j < p.part_start[k + 1]; ++j) y_[j] = b[p.order[j]];
        std::fill_n(y_.begin() + n + k * (n - s), n - s, Vec6{});
        CholeskyKernels::forward(*this, p.part_start[k], p.part_start[k + 1]);
    });
    for (int j = s; j < n; ++j) {
        y_[j] = b[p.order[j]];
        for (int k = 0; k < p.parts(); ++k) add_scaled(y_[j], 1.0, y_[n + k * (n - s) + j - s]);
    }
    CholeskyKernels::forward(*this, s, n);
    CholeskyKernels::backward(*this, s, n, x.data());
    for_each_range(p.parts(), threads,
                   [&](int k) { CholeskyKernels::backward(*this, p.part_start[k], p.part_start[k + 1], x.data()); });
}

}  // namespace dda
