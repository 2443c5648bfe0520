// A linear pressure on a straight piece of a block's face.
#pragma once

#include "../blocks.hpp"
#include "gauss.hpp"

namespace dda {

/// force += -integral of p T^T n from x0 to x1, p linear from p0 to p1 [Pa], n the unit vector out of the face. p T is
/// quadratic along the piece: two Gauss points are exact.
inline void add_pressure(Vec6& force, Vec2 centre, Vec2 x0, Vec2 x1, double p0, double p1, Vec2 n) {
    const double weight = 0.5 * norm(x1 - x0);
    for (const double g : GAUSS_2) {
        const double s = 0.5 + g;
        const Vec2 x = x0 + s * (x1 - x0);
        add_scaled(force, -weight * (p0 + s * (p1 - p0)), shape_row(x - centre, n));
    }
}

/// The same where p is positive; a negative p counts as zero.
inline void add_positive_pressure(Vec6& force, Vec2 centre, Vec2 x0, Vec2 x1, double p0, double p1, Vec2 n) {
    if (p0 <= 0.0 && p1 <= 0.0) return;
    const double zero = p0 == p1 ? 0.0 : p0 / (p0 - p1);  // fraction where a p that changes sign vanishes
    if (p0 < 0.0) {
        x0 = x0 + zero * (x1 - x0);
        p0 = 0.0;
    } else if (p1 < 0.0) {
        x1 = x0 + zero * (x1 - x0);
        p1 = 0.0;
    }
    add_pressure(force, centre, x0, x1, p0, p1, n);
}

}  // namespace dda
