// Free surfaces: p = gamma_w max(0, level - y) on the parts of moving blocks' faces that no other block covers.
// A level acts inside its region; where several act the highest one counts.
#pragma once

#include <span>
#include <vector>

#include "../model_data.hpp"
#include "water_geometry.hpp"

namespace dda {

/// Add the generalised forces at time t [s].
void add_free_levels(const WaterData& water, const WaterGeometry& geometry, double t, std::span<Vec6> force);

}  // namespace dda
