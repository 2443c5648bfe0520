// A learned law where it was taught, and a stated closed form beyond (`harmony` calls the border the trust of a model).
#pragma once

#include <memory>

#include "../../material_law.hpp"
#include "region.hpp"

namespace dda::laws {

/// region: the strains in which `learned` speaks; beyond it linear elasticity with `young` [Pa], `poisson`, from the
/// stress at the border on. A state is that of the strain of the border on the same ray.
std::unique_ptr<MaterialLaw> trusted_law(std::shared_ptr<const MaterialLaw> learned, Region region, double young,
                                         double poisson);

}  // namespace dda::laws
