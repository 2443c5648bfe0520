// Principal values and directions of a symmetric tensor in Mandel notation, and isotropic functions of it.
#pragma once

#include <Eigen/Dense>

#include "../../material_law.hpp"

namespace dda::laws {

using Vec3 = Eigen::Vector3d;
using Mat3 = Eigen::Matrix3d;

/// tensor = sum_i value_i n_i (x) n_i, n_i the columns of `direction`, the largest value first.
struct Spectrum {
    Vec3 value;
    Mat3 direction;
};
Spectrum spectrum(const Mandel& tensor);

/// sum_i value_i n_i (x) n_i
Mandel assemble(const Vec3& value, const Mat3& direction);

/// Tangent of an isotropic function that takes the principal strains e_i to the principal stresses s_i:
///     sum_ij T_ij m_i (x) m_j + sum_(i<j) shear_ij m_ij (x) m_ij,   T_ij = d s_i / d e_j,   shear_ij = (s_i - s_j) /
///     (e_i - e_j),
/// m_i = n_i (x) n_i, m_ij = (n_i (x) n_j + n_j (x) n_i) / sqrt2. shear: of the pairs (0, 1), (1, 2), (0, 2).
void assemble_tangent(const Mat3& T, const Vec3& shear, const Mat3& direction, double* tangent);

}  // namespace dda::laws
