// A corner of a polygon: the cone that its two edges span. Where two corners meet, contact theory (Shi 2015) asks which
// lines of one cone leave the other cone outside; both the contacts of a step and the gap of two polygons ask it here.
#pragma once

#include <algorithm>

#include "types.hpp"

namespace dda {

/// Seen from `at`, the polygon fills the angle counter-clockwise from `out` to `in`, the unit vectors along the edges
/// that leave and reach the corner, both pointing away from it.
struct Corner {
    Vec2 at, out, in;
    double out_length = 0.0, in_length = 0.0;  ///< of the two edges [m]
};
Corner make_corner(Vec2 before, Vec2 at, Vec2 after);

/// How far a convex cone (up to a straight angle) stays on the outer side of a line through its tip: its least slope, 1
/// to -1. A line is a boundary of the entrance cone, and so a way in, where this is not negative.
inline double separation(const Corner& c, Vec2 normal) {
    if (cross(normal, c.out) > 0.0 && cross(c.in, normal) > 0.0) return -1.0;  // the cone points straight through it
    return std::min(dot(c.out, normal), dot(c.in, normal));
}

/// Does the cone `c` lie against the edge `out` (or `in`) of the cone `d`, with less than `width` [m] between the two
/// edges over the length of the shorter one? Then nothing can come between them.
bool lies_against_out(const Corner& c, const Corner& d, double width);
bool lies_against_in(const Corner& c, const Corner& d, double width);

}  // namespace dda
