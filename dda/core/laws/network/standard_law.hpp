// A learned generalized standard material in the core (harmony.laws.standard):
//     psi(eps, a) = psi_e(eps - a) + psi_s(a),   da/dt = grad phi*(A),   A = sigma - grad psi_s(a)
#pragma once

#include <memory>

#include "../../material_law.hpp"

namespace dda::laws {

/// free, stored: psi_e, psi_s as elastic laws; dual: phi*, an elastic law of A [Pa] that answers da/dt [1/s];
/// strain_scale: the internal strain that counts as one [-]. Throws std::invalid_argument where a part has a state.
std::unique_ptr<MaterialLaw> standard_law(std::shared_ptr<const MaterialLaw> free,
                                          std::shared_ptr<const MaterialLaw> stored,
                                          std::shared_ptr<const MaterialLaw> dual, double strain_scale);

}  // namespace dda::laws
