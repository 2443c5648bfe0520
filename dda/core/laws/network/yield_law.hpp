// A learned elastoplastic law in the core: isotropic elasticity, learned yield function, separate learned potential,
// hardening (harmony.laws.plastic).
#pragma once

#include <memory>
#include <optional>

#include "../../material_law.hpp"
#include "return_map.hpp"

namespace dda::laws {

struct YieldParts {
    double bulk = 0.0, shear = 0.0;  ///< Pa
    double unit = 0.0;               ///< the strength that stresses are told in [Pa]
    double bound = 0.0;              ///< largest singular value of the tangent as it was measured [Pa]
    SurfaceParts surface;
    std::optional<SurfaceParts> potential;  ///< absent: associated flow
    HardeningParts hardening;
};

/// Throws std::invalid_argument for arrays that do not fit.
std::unique_ptr<MaterialLaw> yield_law(const YieldParts& parts);

/// The border of what a law of yielding was taught, and who speaks beyond: stress: norm of the stress [Pa]; strain:
/// norm of the plastic strain [-]; closed: a law whose state begins like that of `plastic.hpp`, null: the learned law
/// goes on.
std::unique_ptr<MaterialLaw> trusted_yield(std::shared_ptr<const MaterialLaw> learned, double stress, double strain,
                                           std::shared_ptr<const MaterialLaw> closed);

}  // namespace dda::laws
