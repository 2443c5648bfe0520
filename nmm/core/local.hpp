// The matrix and right-hand side of one element, aggregate or piece of boundary, over its own functions.
#pragma once

#include <Eigen/Dense>
#include <vector>

#include "space.hpp"

namespace nmm {

/// Function i has the unknowns 2 i (x) and 2 i + 1 (y); a function may stand twice, its entries then add up.
struct Local {
    std::vector<int> number;
    Eigen::MatrixXd matrix;  ///< (2 n, 2 n) [Pa]
    Eigen::VectorXd load;    ///< (2 n,) [N/m]

    explicit Local(int functions)
        : number(functions),
          matrix(Eigen::MatrixXd::Zero(2 * functions, 2 * functions)),
          load(Eigen::VectorXd::Zero(2 * functions)) {}
    int count() const { return static_cast<int>(number.size()); }
};

}  // namespace nmm
