// A learned elastic law in the core: the energy of a convex network of convex invariants (harmony.laws.elastic),
//     psi = s_w [N(x) - N(0) - sum_affine N_i(0) x_i] + k/2 (tr eps)^2 + g dev eps : dev eps,   x = invariants(eps /
//     s),
// its stress and its consistent tangent, eight points at a time.
#pragma once

#include <array>
#include <memory>
#include <span>
#include <string>

#include "../../material_law.hpp"

namespace dda::laws {

struct NetworkParts {
    std::string symmetry;    ///< isotropic, transverse, anisotropic
    std::string activation;  ///< algebraic, softplus
    std::span<const std::span<const double>> weights, biases;
    std::span<const double> out;
    double strain_scale = 1.0;  ///< s [-]
    double energy_scale = 1.0;  ///< s_w [J/m3]
    double bulk = 0.0;          ///< k [Pa]
    double shear = 0.0;         ///< g [Pa]
    std::array<double, 3> axis{0.0, 0.0, 1.0};
    double stiffest = 0.0;  ///< stated by who trained it: largest eigenvalue of the tangent where it is trusted [Pa]
};

/// Throws std::invalid_argument for arrays that do not fit or would not be convex.
std::unique_ptr<MaterialLaw> network_law(const NetworkParts& parts);

}  // namespace dda::laws
