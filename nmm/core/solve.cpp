#include "solve.hpp"

#include <Eigen/Sparse>
#include <Eigen/SparseCholesky>
#include <algorithm>
#include <cmath>
#include <numeric>

namespace nmm {
namespace {

using Vector = Eigen::VectorXd;

double norm(std::span<const double> v) {
    return std::sqrt(std::inner_product(v.begin(), v.end(), v.begin(), 0.0));
}

// r = b - A x, and its norm over that of b.
double residual(const Sparse& A, std::span<const double> b, std::span<const double> x, std::span<double> r) {
    A.multiply(x, r);
    for (std::size_t i = 0; i < r.size(); ++i) r[i] = b[i] - r[i];
    const double scale = norm(b);
    return scale > 0.0 ? norm(r) / scale : norm(r);
}

class CoverBlocks {
  public:
    CoverBlocks(const Sparse& A, const Space& space) {
        for (int c = 0; c < space.cover_count(); ++c) {
            std::vector<int> kept;
            for (int k = space.first[c]; k < space.first[c + 1]; ++k)
                if (space.number[k] >= 0) kept.push_back(space.number[k]);
            const int n = static_cast<int>(kept.size());
            Eigen::MatrixXd block(2 * n, 2 * n);
            for (int i = 0; i < n; ++i)
                for (int j = 0; j < n; ++j) {
                    const auto a = A.block(kept[i], kept[j]);
                    block.block<2, 2>(2 * i, 2 * j) << a[0], a[1], a[2], a[3];
                }
            first_.push_back(kept.empty() ? 0 : 2 * kept[0]);
            factor_.emplace_back(block);
        }
    }
    void apply(const Vector& r, Vector& z) const {
        for (std::size_t c = 0; c < factor_.size(); ++c) {
            const auto n = factor_[c].rows();
            z.segment(first_[c], n) = factor_[c].solve(r.segment(first_[c], n));
        }
    }

  private:
    std::vector<int> first_;
    std::vector<Eigen::LDLT<Eigen::MatrixXd>> factor_;
};

}  // namespace

Eigen::SparseMatrix<double> lower_half(const Sparse& A) {
    const int n = A.size();
    const auto start = A.start(), column = A.column();
    const auto value = A.values();
    Eigen::SparseMatrix<double> L(2 * n, 2 * n);
    std::vector<int> count(2 * n);
    for (int j = 0; j < n; ++j) {
        const int below = static_cast<int>(
            std::count_if(column.begin() + start[j], column.begin() + start[j + 1], [j](int i) { return i > j; }));
        count[2 * j] = 2 * below + 2;
        count[2 * j + 1] = 2 * below + 1;
    }
    L.reserve(count);
    for (int j = 0; j < n; ++j)  // column j of the lower half = row j of the upper half, blocks transposed
        for (int p = start[j]; p < start[j + 1]; ++p) {
            const int i = column[p];
            if (i < j) continue;
            const double* a = &value[4 * p];
            for (int c = 0; c < 2; ++c)
                for (int r = i == j ? c : 0; r < 2; ++r) L.insert(2 * i + r, 2 * j + c) = a[2 * c + r];
        }
    L.makeCompressed();
    return L;
}

struct Factor::Impl {
    Eigen::SimplicialLDLT<Eigen::SparseMatrix<double>> factor;
};

Factor::Factor(const Sparse& A) : impl_(std::make_unique<Impl>()) {
    if (A.size() > 0) impl_->factor.compute(lower_half(A));
}

Factor::~Factor() = default;

bool Factor::positive() const {
    return impl_->factor.rows() == 0 ||
           (impl_->factor.info() == Eigen::Success && (impl_->factor.vectorD().array() > 0.0).all());
}

Solution Factor::solve(const Sparse& A, std::span<const double> b) const {
    Solution s;
    s.x.assign(b.size(), 0.0);
    s.positive = positive();
    if (b.empty() || impl_->factor.info() != Eigen::Success) return s;
    Vector r(b.size());
    for (int pass = 0; pass < 2; ++pass) {
        residual(A, b, s.x, {r.data(), b.size()});
        const Vector dx = impl_->factor.solve(r);
        for (std::size_t i = 0; i < b.size(); ++i) s.x[i] += dx[i];
    }
    s.residual = residual(A, b, s.x, {r.data(), b.size()});
    return s;
}

Solution solve_direct(const Sparse& A, std::span<const double> b) {
    return Factor(A).solve(A, b);
}

Solution solve_cg(const Sparse& A, const Space& space, std::span<const double> b, double tolerance, int most) {
    Solution s;
    s.x.assign(b.size(), 0.0);
    const CoverBlocks preconditioner(A, space);
    const auto n = static_cast<Eigen::Index>(b.size());
    Eigen::Map<Vector> x(s.x.data(), n);
    Vector r = Eigen::Map<const Vector>(b.data(), n), z(n), q(n);
    const double target = tolerance * r.norm();
    preconditioner.apply(r, z);
    Vector p = z;
    double rz = r.dot(z);
    while (r.norm() > target && s.iterations < most) {
        A.multiply({p.data(), b.size()}, {q.data(), b.size()});
        const double curvature = p.dot(q);
        if (!(curvature > 0.0)) {
            s.positive = false;
            break;
        }
        const double alpha = rz / curvature;
        x += alpha * p;
        r -= alpha * q;
        preconditioner.apply(r, z);
        const double next = r.dot(z);
        p = z + (next / rz) * p;
        rz = next;
        ++s.iterations;
    }
    s.residual = residual(A, b, s.x, {r.data(), b.size()});
    return s;
}

}  // namespace nmm
