#include "linear_solver.hpp"

#include <Eigen/Dense>
#include <Eigen/SparseCholesky>
#include <cmath>

namespace dda {

namespace {

using Scalar6 = Eigen::Matrix<double, 6, 6, Eigen::RowMajor>;

double dot(std::span<const Vec6> a, std::span<const Vec6> b) {
    double s = 0.0;
    for (size_t i = 0; i < a.size(); ++i) s += dda::dot(a[i], b[i]);
    return s;
}

}  // namespace

struct LinearSolver::Impl {
    std::vector<Vec6> r, z, p, q;
    std::vector<Mat6> inverse;
    std::vector<std::array<int, 2>> pattern;
    Eigen::SparseMatrix<double> scalar;
    Eigen::SimplicialLDLT<Eigen::SparseMatrix<double>> ldlt;
    int analysed = -1;

    double residual(const BlockMatrix& a, std::span<const Vec6> b, std::span<const Vec6> x, int threads) {
        a.multiply(x, r, threads);
        for (size_t i = 0; i < r.size(); ++i)
            for (int c = 0; c < 6; ++c) r[i][c] = b[i][c] - r[i][c];
        return std::sqrt(dot(r, r));
    }

    bool factor(const BlockMatrix& a) {
        const int n = a.rows();
        std::vector<Eigen::Triplet<double>> entries;
        for (int i = 0; i < n; ++i)
            for (int r = 0; r < 6; ++r)
                for (int c = 0; c <= r; ++c) entries.emplace_back(6 * i + r, 6 * i + c, a.diagonal(i)(r, c));
        for (size_t k = 0; k < a.pairs().size(); ++k) {
            const auto [i, j] = a.pairs()[k];
            for (int r = 0; r < 6; ++r)
                for (int c = 0; c < 6; ++c) entries.emplace_back(6 * j + c, 6 * i + r, a.off_diagonal(k)(r, c));
        }
        scalar.resize(6 * n, 6 * n);
        scalar.setFromTriplets(entries.begin(), entries.end());
        ldlt.compute(scalar);
        return ldlt.info() == Eigen::Success;
    }
};

LinearSolver::LinearSolver() : impl_(std::make_unique<Impl>()) {}
LinearSolver::~LinearSolver() = default;
void LinearSolver::forget() {
    impl_ = std::make_unique<Impl>();
}

SolveReport LinearSolver::solve(const BlockMatrix& a, std::span<const Vec6> b, std::span<Vec6> x,
                                const SolverOptions& options, bool /*matrix_changed*/) {
    Impl& m = *impl_;
    const int n = a.rows();
    for (auto* v : {&m.r, &m.z, &m.p, &m.q}) v->resize(n);
    SolveReport report;
    const double scale = std::sqrt(dot(b, b));
    if (scale == 0.0) {
        for (Vec6& v : x) v = Vec6{};
        report.converged = true;
        return report;
    }
    const double target = options.tolerance * scale;
    double size = m.residual(a, b, x, options.threads);
    m.inverse.resize(n);
    for (int i = 0; i < n; ++i)
        Eigen::Map<Scalar6>(m.inverse[i].a.data()) =
            Eigen::Map<const Scalar6>(a.diagonal(i).a.data()).llt().solve(Scalar6::Identity());

    double rz = 0.0;
    while (size > target && report.iterations < options.max_iterations) {
        for (int i = 0; i < n; ++i) m.z[i] = m.inverse[i] * m.r[i];
        const double old = rz;
        rz = dot(m.r, m.z);
        const double beta = report.iterations == 0 ? 0.0 : rz / old;
        for (int i = 0; i < n; ++i)
            for (int c = 0; c < 6; ++c) m.p[i][c] = m.z[i][c] + beta * m.p[i][c];
        a.multiply(m.p, m.q, options.threads);
        const double alpha = rz / dot(m.p, m.q);
        if (!std::isfinite(alpha)) break;
        for (int i = 0; i < n; ++i) {
            add_scaled(x[i], alpha, m.p[i]);
            add_scaled(m.r[i], -alpha, m.q[i]);
        }
        size = std::sqrt(dot(m.r, m.r));
        ++report.iterations;
    }
    size = m.residual(a, b, x, options.threads);
    if (!(size <= target) && m.factor(a)) {
        report.direct = true;
        Eigen::Map<const Eigen::VectorXd> rhs(b[0].data(), 6 * n);
        Eigen::Map<Eigen::VectorXd>(x[0].data(), 6 * n) = m.ldlt.solve(rhs);
        size = m.residual(a, b, x, options.threads);
    }
    report.residual = size / scale;
    report.converged = size <= target;
    return report;
}

}  // namespace dda
