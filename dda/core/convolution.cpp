#include "convolution.hpp"

#include <cmath>
#include <numbers>

namespace dda {
namespace {

// The direction of an edge as a place in the turn. Parallel edges come in a fixed order, those of b first; with that
// the curve closes exactly, whatever rounding does to an angle.
struct Direction {
    double angle;
    bool of_a;
    bool before(const Direction& o) const { return angle != o.angle ? angle < o.angle : !of_a && o.of_a; }
};

std::vector<Direction> directions(std::span<const Vec2> p, bool of_a) {
    std::vector<Direction> d(p.size());
    for (std::size_t i = 0; i < p.size(); ++i) {
        const Vec2 e = p[(i + 1) % p.size()] - p[i];
        const double angle = of_a ? std::atan2(-e.y, -e.x) : std::atan2(e.y, e.x);
        d[i] = {angle == -std::numbers::pi ? std::numbers::pi : angle, of_a};
    }
    return d;
}

// The turn at a vertex, from the edge that comes in to the edge that goes out, the shorter way.
struct Turn {
    Direction from, to;
    bool left;
    Turn(const Direction& in, const Direction& out) {
        const double angle = out.angle - in.angle;
        left = (angle < 0.0 ? angle + 2.0 * std::numbers::pi : angle) < std::numbers::pi;
        from = left ? in : out;
        to = left ? out : in;
    }
    bool passes(const Direction& d) const {
        if (from.before(to)) return from.before(d) && d.before(to);
        return to.before(from) && (from.before(d) || d.before(to));
    }
};

}  // namespace

Convolution::Convolution(std::span<const Vec2> a, std::span<const Vec2> b) {
    const std::size_t n = a.size(), m = b.size();
    const std::vector<Direction> of_a = directions(a, true), of_b = directions(b, false);
    const auto add = [this](Vec2 start, Vec2 end, bool forward) {
        segments_.push_back(forward ? Segment{start, end} : Segment{end, start});
    };
    for (std::size_t j = 0; j < m; ++j) {
        const Turn turn(of_b[(j + m - 1) % m], of_b[j]);
        for (std::size_t i = 0; i < n; ++i)
            if (turn.passes(of_a[i])) add(b[j] - a[i], b[j] - a[(i + 1) % n], turn.left);
    }
    for (std::size_t i = 0; i < n; ++i) {
        const Turn turn(of_a[(i + n - 1) % n], of_a[i]);
        for (std::size_t j = 0; j < m; ++j)
            if (turn.passes(of_b[j])) add(b[j] - a[i], b[(j + 1) % m] - a[i], turn.left);
    }
}

int Convolution::winding(Vec2 t) const {
    int w = 0;
    for (const Segment& s : segments_) {
        const bool up = s.start.y <= t.y && t.y < s.end.y, down = s.end.y <= t.y && t.y < s.start.y;
        if (!up && !down) continue;
        const double side = cross(s.end - s.start, t - s.start);
        if (up && side > 0.0) ++w;
        if (down && side < 0.0) --w;
    }
    return w;
}

}  // namespace dda
