#include "tangent_factor.hpp"

#include <Eigen/Sparse>
#include <Eigen/SparseCholesky>
#include <Eigen/SparseLU>

namespace nmm {
namespace {

using Matrix = Eigen::SparseMatrix<double>;

Matrix columns_of(const Sparse& A) {
    const int n = A.size();
    const auto start = A.start(), column = A.column();
    const auto value = A.values();
    Eigen::SparseMatrix<double, Eigen::RowMajor> rows(2 * n, 2 * n);
    rows.resizeNonZeros(4 * static_cast<Eigen::Index>(column.size()));
    int* outer = rows.outerIndexPtr();
    int* inner = rows.innerIndexPtr();
    double* entry = rows.valuePtr();
    int at = 0;
    for (int i = 0; i < n; ++i)
        for (int r = 0; r < 2; ++r) {
            outer[2 * i + r] = at;
            for (int p = start[i]; p < start[i + 1]; ++p)
                for (int c = 0; c < 2; ++c, ++at) {
                    inner[at] = 2 * column[p] + c;
                    entry[at] = value[4 * static_cast<std::size_t>(p) + 2 * r + c];
                }
        }
    outer[2 * n] = at;
    return Matrix(rows);
}

}  // namespace

struct TangentFactor::Parts {
    bool symmetric, known = false;
    Eigen::SimplicialLDLT<Matrix> ldlt;
    Eigen::SparseLU<Matrix> lu;
};

TangentFactor::TangentFactor(bool symmetric) : parts_(new Parts{symmetric, false, {}, {}}) {}
TangentFactor::~TangentFactor() = default;
TangentFactor::TangentFactor(TangentFactor&&) noexcept = default;

bool TangentFactor::factorise(const Sparse& A) {
    const Matrix matrix = columns_of(A);
    const auto with = [&](auto& solver) {
        if (!parts_->known) solver.analyzePattern(matrix);
        parts_->known = true;
        solver.factorize(matrix);
        return solver.info() == Eigen::Success;
    };
    return parts_->symmetric ? with(parts_->ldlt) : with(parts_->lu);
}

std::vector<double> TangentFactor::solve(std::span<const double> b) const {
    const Eigen::Map<const Eigen::VectorXd> rhs(b.data(), static_cast<Eigen::Index>(b.size()));
    std::vector<double> x(b.size());
    Eigen::Map<Eigen::VectorXd>(x.data(), rhs.size()) =
        parts_->symmetric ? Eigen::VectorXd(parts_->ldlt.solve(rhs)) : Eigen::VectorXd(parts_->lu.solve(rhs));
    return x;
}

}  // namespace nmm
