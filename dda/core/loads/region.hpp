// A polygon that limits where something acts; without vertices it is everywhere.
#pragma once

#include <vector>

#include "../types.hpp"
#include "edge_overlap.hpp"

namespace dda {

/// Whether x lies in the polygon (even-odd rule).
bool in_region(const std::vector<Vec2>& polygon, Vec2 x);

/// Append the fractions of an edge at which it crosses the polygon's boundary.
void add_crossings(const std::vector<Vec2>& polygon, const Edge& edge, std::vector<double>& fractions);

}  // namespace dda
