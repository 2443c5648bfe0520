#include "polygon_gap.hpp"

#include <algorithm>
#include <vector>

#include "entrance_block.hpp"
#include "near_pairs.hpp"

namespace dda {
namespace {

constexpr double SAME_DIRECTION = 1e-10;  // sine between two lines that are one face

bool on_boundary(std::span<const Vec2> polygon, Vec2 x, double resolution) {
    for (std::size_t i = 0; i < polygon.size(); ++i)
        if (distance_to_segment(x, polygon[i], polygon[(i + 1) % polygon.size()]) <= resolution) return true;
    return false;
}

// The point of a that touches after the translation: where faces meet, the middle of the longest stretch they share.
Vec2 touching_point(std::span<const Vec2> a, std::span<const Vec2> b, const EntranceBlock& block,
                    const BoundaryPoint& p) {
    const EntranceLine& l = block.lines()[p.line];
    const double resolution = block.resolution();
    const Vec2 tangent{-l.out.y, l.out.x}, here = l.point_a(p.t);
    std::vector<double> ends;
    for (const EntranceLine& o : block.lines()) {
        const double u = o.foot(), slack = resolution / norm(o.end - o.start);
        if (dot(o.out, l.out) < 0.0 || std::abs(cross(o.out, l.out)) > SAME_DIRECTION) continue;
        if (u < -slack || u > 1.0 + slack || norm(o.at(u) - p.t) > resolution) continue;
        ends.push_back(dot(o.point_a(p.t) - here, tangent));
    }
    std::sort(ends.begin(), ends.end());
    double from = 0.0, longest = resolution, middle = 0.0;
    for (std::size_t i = 0; i + 1 < ends.size(); ++i) {
        const Vec2 between = here + 0.5 * (ends[i] + ends[i + 1]) * tangent;
        const bool shared = on_boundary(a, between, resolution) && on_boundary(b, between + p.t, resolution);
        if (i == 0 || !shared) from = shared ? ends[i] : ends[i + 1];
        if (!shared || ends[i + 1] - from <= longest) continue;
        longest = ends[i + 1] - from;
        middle = 0.5 * (from + ends[i + 1]);
    }
    return here + middle * tangent;
}

// A contact with normal n (out of a into b) at points x_a and x_b. When a moves by d and turns by w about c,
//     d gap = -n . (d + w e_z x (x_a - c)) = -n . d - w ((x_a - c) x n),   and for b the same with the other sign.
struct Contact {
    Vec2 normal, point_a, point_b;
};

void add_gradient(PolygonGap& g, double weight, const Contact& c, Vec2 centre_a, Vec2 centre_b) {
    const std::array<double, 3> a{-c.normal.x, -c.normal.y, -cross(c.point_a - centre_a, c.normal)};
    const std::array<double, 3> b{c.normal.x, c.normal.y, cross(c.point_b - centre_b, c.normal)};
    for (int i = 0; i < 3; ++i) {
        g.gradient_a[i] += weight * a[i];
        g.gradient_b[i] += weight * b[i];
    }
}

}  // namespace

PolygonGap polygon_gap(std::span<const Vec2> a, std::span<const Vec2> b, Vec2 centre_a, Vec2 centre_b) {
    const EntranceBlock block(a, b);
    const BoundaryPoint p = block.nearest();
    const EntranceLine& l = block.lines()[p.line];
    PolygonGap g;
    g.distance = p.inside ? -p.distance : p.distance;
    // On a line the normal is the line's own, which has digits where the distance has none; a slit has a line each
    // side.
    const Vec2 of_line = dot(l.out, p.t) * g.distance > 0.0 ? l.out : -l.out;
    g.normal = p.foot || p.distance == 0.0 ? of_line : (1.0 / g.distance) * p.t;
    g.point_a = p.foot ? touching_point(a, b, block, p) : l.point_a(p.t);
    g.point_b = g.point_a + p.t;
    if (p.crossing < 0) {
        add_gradient(g, 1.0, {g.normal, g.point_a, g.point_b}, centre_a, centre_b);
        return g;
    }
    // Two contacts with normals n_1 and n_2 share the gap as its normal is shared, n = w_1 n_1 + w_2 n_2.
    const EntranceLine& o = block.lines()[p.crossing];
    const double c = cross(l.out, o.out);
    const Vec2 x = l.point_a(p.t), y = o.point_a(p.t);
    add_gradient(g, -cross(g.normal, o.out) / c, {-l.out, x, x + p.t}, centre_a, centre_b);
    add_gradient(g, -cross(l.out, g.normal) / c, {-o.out, y, y + p.t}, centre_a, centre_b);
    return g;
}

}  // namespace dda
