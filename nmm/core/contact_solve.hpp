// A + sum over contacts of stiff_n n n^T + stiff_t t t^T + cross t n^T: the matrix of an open-close iteration, factored
// where it is symmetric; friction, which is not, by GMRES around it.
#pragma once

#include <Eigen/Sparse>
#include <Eigen/SparseCholesky>
#include <memory>
#include <span>
#include <vector>

#include "contact_rows.hpp"
#include "contours.hpp"
#include "linear_solver.hpp"
#include "sparse.hpp"

namespace nmm {

/// A matrix that stays over steps, with its own factor for steps without contact.
class BaseMatrix {
  public:
    explicit BaseMatrix(const Sparse& A);
    const Sparse& full() const { return A_; }
    const Eigen::SparseMatrix<double>& lower() const { return lower_; }

  private:
    Sparse A_;
    Eigen::SparseMatrix<double> lower_;
};

class ContactMatrix {
  public:
    /// Make room for the contacts of a step.
    void begin(const BaseMatrix& base, std::span<const Stencil> stencils);
    /// x = (A + contacts)^-1 b for the stiffnesses that the rows stand at.
    dda::SolveReport solve(std::span<const dda::ContactRow> rows, const Eigen::VectorXd& b, Eigen::VectorXd& x);

  private:
    using Factor = Eigen::SimplicialLDLT<Eigen::SparseMatrix<double>>;
    void factor(std::span<const dda::ContactRow> rows);
    Eigen::VectorXd times(std::span<const dda::ContactRow> rows, const Eigen::VectorXd& x) const;
    bool gmres(std::span<const dda::ContactRow> rows, const Eigen::VectorXd& b, Eigen::VectorXd& x) const;

    const BaseMatrix* base_ = nullptr;
    std::span<const Stencil> stencils_;
    Eigen::SparseMatrix<double> matrix_;
    Factor factor_;
    std::vector<double> stiffness_;  // what is factored
    std::vector<std::vector<int>> pattern_;
    bool analysed_ = false, factored_ = false;
};

}  // namespace nmm
