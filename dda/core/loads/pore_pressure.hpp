// Pore pressure in joints: u = gamma_w max(0, h_w(x) - y) where two walls of the same joint name face each other. It
// pushes both walls apart with equal and opposite forces at the same points, so that contact forces are effective ones.
#pragma once

#include <span>

#include "../model_data.hpp"
#include "water_geometry.hpp"

namespace dda {

/// Add the generalised forces at time t [s].
void add_pore_pressure(const WaterData& water, const WaterGeometry& geometry, double t, std::span<Vec6> force);

}  // namespace dda
