#include "entrance_block.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "corner.hpp"

namespace dda {
namespace {

// A cone that dips below a line by less than this slope lies on it: parallel edges are entrance lines of both ends.
constexpr double PARALLEL = 1e-12;
// Of the size of the entrance block: points closer than this are one, and what is thinner is not seen.
constexpr double RESOLUTION = 1e-9;
constexpr double SHARPEST = 1e-3;  // 1 + cos of the turn at a vertex: sharper ones shrink as if they were this sharp

// The sum of two polygons is as large as the two together.
double size_of(std::span<const Vec2> a, std::span<const Vec2> b) {
    double size = 0.0;
    for (const std::span<const Vec2> p : {a, b}) {
        Vec2 low = p[0], high = p[0];
        for (const Vec2 x : p) {
            low = {std::min(low.x, x.x), std::min(low.y, x.y)};
            high = {std::max(high.x, x.x), std::max(high.y, x.y)};
        }
        size += norm(high - low);
    }
    return size;
}

Vec2 outward(Vec2 p, Vec2 q) {
    const Vec2 e = q - p;
    return (1.0 / norm(e)) * Vec2{e.y, -e.x};
}

// Every edge moved inwards by `width`: with the normals n and m of its edges a vertex moves by -width (n + m) / (1 + n
// m).
std::vector<Vec2> shrunk(std::span<const Vec2> p, double width) {
    std::vector<Vec2> inner;
    for (std::size_t i = 0, n = p.size(); i < n; ++i) {
        const Vec2 in = outward(p[(i + n - 1) % n], p[i]), out = outward(p[i], p[(i + 1) % n]);
        inner.push_back(p[i] - (width / std::max(SHARPEST, 1.0 + dot(in, out))) * (in + out));
    }
    return inner;
}

}  // namespace

EntranceBlock::EntranceBlock(std::span<const Vec2> a, std::span<const Vec2> b)
    : resolution_(RESOLUTION * size_of(a, b)), convolution_(a, b), shrunk_(shrunk(a, resolution_), b) {
    add_lines(a, b, true);
    add_lines(b, a, false);
}

void EntranceBlock::add_lines(std::span<const Vec2> vertices, std::span<const Vec2> edges, bool of_a) {
    const std::size_t n = vertices.size(), m = edges.size();
    for (std::size_t i = 0; i < n; ++i) {
        const Vec2 v = vertices[i];
        const Corner corner = make_corner(vertices[(i + n - 1) % n], v, vertices[(i + 1) % n]);
        if (cross(corner.in, corner.out) > PARALLEL) {
            convex_ = false;
            continue;
        }
        for (std::size_t j = 0; j < m; ++j) {
            const Vec2 p = edges[j], q = edges[(j + 1) % m], normal = outward(p, q);
            if (separation(corner, normal) < -PARALLEL) continue;
            if (of_a)
                lines_.push_back({p - v, q - v, normal, v, true});
            else
                lines_.push_back({v - p, v - q, -normal, v, false});
        }
    }
}

BoundaryPoint EntranceBlock::nearest() const {
    const bool overlap = shrunk_.winding({0.0, 0.0}) != 0;
    // From outside, what lies inside E is never the nearest.
    BoundaryPoint p = convex_ || !overlap ? nearest_of_lines() : nearest_of_free_parts();
    p.inside = overlap || (p.distance <= 2.0 * resolution_ && convolution_.winding({0.0, 0.0}) != 0);
    return p;
}

BoundaryPoint EntranceBlock::nearest_of_lines() const {
    BoundaryPoint best;
    for (std::size_t k = 0; k < lines_.size(); ++k) {
        const double foot = lines_[k].foot(), u = std::clamp(foot, 0.0, 1.0);
        const Vec2 t = lines_[k].at(u);
        // Of equals, the line that has the foot on it says more than the end of one.
        const bool nearer = norm(t) < best.distance - resolution_;
        if (nearer || (norm(t) <= best.distance + resolution_ && !best.foot && u == foot))
            best = {t, norm(t), static_cast<int>(k), u == foot, -1};
    }
    return best;
}

BoundaryPoint EntranceBlock::nearest_of_free_parts() const {
    std::vector<std::pair<double, int>> order;
    for (std::size_t k = 0; k < lines_.size(); ++k)
        order.emplace_back(norm(lines_[k].at(std::clamp(lines_[k].foot(), 0.0, 1.0))), static_cast<int>(k));
    std::sort(order.begin(), order.end());
    BoundaryPoint best;
    for (const auto& [distance, k] : order) {
        if (distance >= best.distance) break;
        search_free_parts(k, best);
    }
    if (best.line < 0) throw std::logic_error("an entrance block without a boundary");
    return best;
}

// A line is free or not from one crossing to the next, and at each crossing.
void EntranceBlock::search_free_parts(int line, BoundaryPoint& best) const {
    const EntranceLine& l = lines_[line];
    const double foot = l.foot();
    const std::vector<Cut> cuts = cuts_of(line);
    const auto search = [&](const Cut& from, const Cut& to) {
        const double u = std::clamp(foot, from.u, to.u), distance = norm(l.at(u));
        if (distance >= best.distance || shrunk_.winding(l.at(0.5 * (from.u + to.u))) != 0) return;
        best = {l.at(u), distance, line, u == foot, u == foot ? -1 : u == from.u ? from.line : to.line};
    };
    for (std::size_t i = 0; i < cuts.size(); ++i) {
        if (i > 0) search(cuts[i - 1], cuts[i]);
        search(cuts[i], cuts[i]);
    }
}

std::vector<EntranceBlock::Cut> EntranceBlock::cuts_of(int line) const {
    const Vec2 start = lines_[line].start, d = lines_[line].end - start;
    std::vector<Cut> cuts{{0.0, -1}, {1.0, -1}};
    for (std::size_t k = 0; k < lines_.size(); ++k) {
        const Vec2 s = lines_[k].start - start, e = lines_[k].end - lines_[k].start;
        const double c = cross(d, e);
        if (std::abs(c) <= PARALLEL * norm(d) * norm(e)) continue;
        const double u = cross(s, e) / c, w = cross(s, d) / c, slack = resolution_ / norm(e);
        if (u > 0.0 && u < 1.0 && w > -slack && w < 1.0 + slack) cuts.push_back({u, static_cast<int>(k)});
    }
    std::sort(cuts.begin(), cuts.end(), [](const Cut& x, const Cut& y) { return x.u < y.u; });
    return cuts;
}

}  // namespace dda
