// The part over which two edges face each other nearly touching: one wall of a joint each.
#pragma once

#include <optional>

#include "../types.hpp"

namespace dda {

/// A directed edge of a counter-clockwise block; the outside lies to its right.
struct Edge {
    Vec2 start, end;

    Vec2 at(double s) const { return start + s * (end - start); }
    double length() const { return norm(end - start); }
    Vec2 normal() const {  ///< outward unit vector
        const Vec2 e = (1.0 / length()) * (end - start);
        return {e.y, -e.x};
    }
};

/// Fractions of the two edges, a0 < a1 and b0 < b1; a0 faces b1.
struct Overlap {
    double a0 = 0.0, a1 = 0.0, b0 = 0.0, b1 = 0.0;
};

/// Edges face each other where their outsides look at each other at less than this angle's cosine [-]. The part of two
/// edges at an angle phi that is within an aperture is at most aperture / tan(phi) long, so that where this threshold
/// lies is of no weight beyond 60 degrees; smaller: edges around a sharp corner count as joint walls.
inline constexpr double FACING_COSINE = 0.5;

/// Where the edges face each other with less than `aperture` [m] between them, penetration included.
std::optional<Overlap> edge_overlap(const Edge& a, const Edge& b, double aperture);

}  // namespace dda
