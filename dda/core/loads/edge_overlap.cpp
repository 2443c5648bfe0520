#include "edge_overlap.hpp"

#include <algorithm>
#include <cmath>

namespace dda {

std::optional<Overlap> edge_overlap(const Edge& a, const Edge& b, double aperture) {
    const Vec2 n = a.normal();
    if (-dot(n, b.normal()) < FACING_COSINE) return std::nullopt;
    // Along a, as fractions of it: b runs backwards, from s0 down to s1. Its distance from a is linear, g0 to g1.
    const Vec2 e = a.end - a.start;
    const auto along = [&](Vec2 x) { return dot(x - a.start, e) / dot(e, e); };
    const double s0 = along(b.start), s1 = along(b.end);
    const double g0 = dot(b.start - a.start, n), g1 = dot(b.end - a.start, n);
    // Fractions of b within a: 0 <= s <= 1 and |g| <= aperture.
    double low = std::max(0.0, (1.0 - s0) / (s1 - s0)), high = std::min(1.0, s0 / (s0 - s1));
    const double slope = g1 - g0;
    if (slope == 0.0) {
        if (std::abs(g0) > aperture) return std::nullopt;
    } else {
        const double u = (-aperture - g0) / slope, v = (aperture - g0) / slope;
        low = std::max(low, std::min(u, v));
        high = std::min(high, std::max(u, v));
    }
    if (low >= high) return std::nullopt;
    return Overlap{.a0 = s0 + high * (s1 - s0), .a1 = s0 + low * (s1 - s0), .b0 = low, .b1 = high};
}

}  // namespace dda
