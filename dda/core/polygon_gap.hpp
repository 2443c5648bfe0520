// The signed gap of two polygons: the distance of the origin from the boundary of their entrance block, negative
// inside.
//
// Apart, the nearest entrance line gives vertex on edge, or at its end vertex on vertex. In overlap the nearest point
// of the boundary is the shortest way out; of convex polygons it is vertex on edge, and where one is concave it can be
// a notch of the entrance block, where two lines cross: two contacts at once.
#pragma once

#include <array>
#include <span>

#include "types.hpp"

namespace dda {

struct PolygonGap {
    double distance = 0.0;  ///< positive apart; negative: the length of the shortest translation out of overlap [m]
    Vec2 normal;            ///< unit vector out of a into b: point_b = point_a + distance * normal
    Vec2 point_a, point_b;  ///< one on each boundary; in overlap they meet when a is moved by distance * normal
    std::array<double, 3> gradient_a{};  ///< to (dx, dy, rotation about the centre) of a [-, -, m/rad]
    std::array<double, 3> gradient_b{};  ///< and of b
};

/// Counter-clockwise simple polygons, and the points about which they turn.
PolygonGap polygon_gap(std::span<const Vec2> a, std::span<const Vec2> b, Vec2 centre_a, Vec2 centre_b);

}  // namespace dda
