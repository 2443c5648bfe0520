#include "contact_solve.hpp"

#include <algorithm>
#include <cmath>

#include "solve.hpp"

namespace nmm {
namespace {

using Vector = Eigen::VectorXd;
using Triplet = Eigen::Triplet<double>;

// Relative residual of a solve with friction, and the Krylov directions that it may take.
constexpr double FRICTION_RESIDUAL = 1e-10;
constexpr int DIRECTIONS = 40, PASSES = 2;

std::span<double> view(Vector& v) {
    return {v.data(), static_cast<std::size_t>(v.size())};
}
std::span<const double> view(const Vector& v) {
    return {v.data(), static_cast<std::size_t>(v.size())};
}

void add_outer(std::vector<Triplet>& entries, const Stencil& s, double kn, double kt) {
    const double xx = kn * s.n.x * s.n.x + kt * s.t.x * s.t.x, xy = kn * s.n.x * s.n.y + kt * s.t.x * s.t.y,
                 yy = kn * s.n.y * s.n.y + kt * s.t.y * s.t.y;
    for (std::size_t i = 0; i < s.function.size(); ++i)
        for (std::size_t j = 0; j < s.function.size(); ++j) {
            const int r = 2 * s.function[i], c = 2 * s.function[j];
            const double w = s.weight[i] * s.weight[j];
            if (r < c) continue;  // the lower half
            entries.emplace_back(r, c, w * xx);
            entries.emplace_back(r + 1, c, w * xy);
            entries.emplace_back(r + 1, c + 1, w * yy);
            if (r > c) entries.emplace_back(r, c + 1, w * xy);
        }
}

}  // namespace

BaseMatrix::BaseMatrix(const Sparse& A) : A_(A), lower_(lower_half(A)) {}

void ContactMatrix::begin(const BaseMatrix& base, std::span<const Stencil> stencils) {
    std::vector<std::vector<int>> pattern;
    for (const Stencil& s : stencils) pattern.push_back(s.function);
    analysed_ = analysed_ && base_ == &base && pattern == pattern_;
    pattern_ = std::move(pattern);
    base_ = &base;
    stencils_ = stencils;
    factored_ = false;
}

void ContactMatrix::factor(std::span<const dda::ContactRow> rows) {
    std::vector<double> stiffness;
    for (const dda::ContactRow& r : rows) stiffness.insert(stiffness.end(), {r.stiff_n, r.stiff_t});
    if (factored_ && stiffness == stiffness_) return;
    std::vector<Triplet> entries;
    for (std::size_t i = 0; i < rows.size(); ++i) add_outer(entries, stencils_[i], rows[i].stiff_n, rows[i].stiff_t);
    Eigen::SparseMatrix<double> contacts(base_->lower().rows(), base_->lower().cols());
    contacts.setFromTriplets(entries.begin(), entries.end());
    matrix_ = base_->lower() + contacts;
    if (!analysed_) factor_.analyzePattern(matrix_);
    analysed_ = true;
    factor_.factorize(matrix_);
    stiffness_ = std::move(stiffness);
    factored_ = true;
}

Vector ContactMatrix::times(std::span<const dda::ContactRow> rows, const Vector& x) const {
    Vector y(x.size());
    base_->full().multiply(view(x), view(y));
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const dda::ContactRow& r = rows[i];
        if (r.stiff_n == 0.0 && r.stiff_t == 0.0 && r.cross == 0.0) continue;
        const Vec2 apart = stencils_[i].apart(view(x));
        const double qn = dot(stencils_[i].n, apart), qt = dot(stencils_[i].t, apart);
        stencils_[i].add_force(r.stiff_n * qn, r.stiff_t * qt + r.cross * qn, view(y));
    }
    return y;
}

// Preconditioned from the right by the symmetric part; the true residual decides.
bool ContactMatrix::gmres(std::span<const dda::ContactRow> rows, const Vector& b, Vector& x) const {
    const double enough = FRICTION_RESIDUAL * b.norm();
    Vector r = b - times(rows, x);
    const double beta = r.norm();
    if (!(beta > enough)) return true;
    std::vector<Vector> v{r / beta}, z;
    Eigen::MatrixXd h = Eigen::MatrixXd::Zero(DIRECTIONS + 1, DIRECTIONS);
    Vector y;
    for (int k = 0; k < DIRECTIONS; ++k) {
        z.push_back(factor_.solve(v[k]));
        Vector w = times(rows, z[k]);
        for (int i = 0; i <= k; ++i) {
            h(i, k) = w.dot(v[i]);
            w -= h(i, k) * v[i];
        }
        h(k + 1, k) = w.norm();
        Vector g = Vector::Zero(k + 2);
        g(0) = beta;
        const auto H = h.topLeftCorner(k + 2, k + 1);
        y = H.colPivHouseholderQr().solve(g);
        if ((H * y - g).norm() <= enough || h(k + 1, k) <= 1e-14 * beta) break;
        v.push_back(w / h(k + 1, k));
    }
    for (Eigen::Index k = 0; k < y.size(); ++k) x += y(k) * z[k];
    return false;
}

dda::SolveReport ContactMatrix::solve(std::span<const dda::ContactRow> rows, const Vector& b, Vector& x) {
    dda::SolveReport report;
    report.direct = true;
    factor(rows);
    if (factor_.info() != Eigen::Success) {
        report.residual = INFINITY;
        return report;
    }
    x = factor_.solve(b);
    const bool slides = std::any_of(rows.begin(), rows.end(), [](const auto& r) { return r.cross != 0.0; });
    if (slides)
        for (int pass = 0; pass < PASSES && !gmres(rows, b, x); ++pass) ++report.iterations;
    else
        x += factor_.solve(b - times(rows, x));
    const double scale = b.norm();
    report.residual = scale > 0.0 ? (b - times(rows, x)).norm() / scale : 0.0;
    report.converged = std::isfinite(report.residual);
    return report;
}

}  // namespace nmm
