// What makes each law of the registry from its parameters (angles in degrees, stresses in Pa).
#pragma once

#include "../../material_law.hpp"

namespace dda::laws {

/// young, poisson
std::unique_ptr<MaterialLaw> linear_elastic(const MaterialParameters&);
/// young, poisson, reference_strain, exponent
std::unique_ptr<MaterialLaw> power_elastic(const MaterialParameters&);
/// young, poisson, cohesion, friction, dilation, tension (infinite: none)
std::unique_ptr<MaterialLaw> mohr_coulomb_material(const MaterialParameters&);
/// young, poisson, slope, flow [-], strength [Pa] of sqrt(J2) + slope p = strength
std::unique_ptr<MaterialLaw> drucker_prager(const MaterialParameters&);
/// young, poisson, yield_stress, hardening [Pa]
std::unique_ptr<MaterialLaw> von_mises(const MaterialParameters&);

}  // namespace dda::laws
