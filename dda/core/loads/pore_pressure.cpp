#include "pore_pressure.hpp"

#include <algorithm>

#include "pressure.hpp"

namespace dda {

namespace {

const PiezometricData* line_of(const WaterData& water, int joint) {
    const auto& lines = water.piezometric;
    const auto it =
        std::find_if(lines.begin(), lines.end(), [&](const PiezometricData& p) { return p.joint == joint; });
    return it == lines.end() ? nullptr : &*it;
}

// Fractions of an edge from `from` to `to`, between which h_w is linear.
std::vector<double> breaks(const PiezometricData& line, const Edge& edge, double from, double to) {
    std::vector<double> s{from, to};
    const double run = edge.end.x - edge.start.x;
    for (const double x : line.x) {
        const double at = (x - edge.start.x) / run;  // not finite on a vertical edge: then no break lies within
        if (at > from && at < to) s.push_back(at);
    }
    std::sort(s.begin(), s.end());
    return s;
}

}  // namespace

void add_pore_pressure(const WaterData& water, const WaterGeometry& g, double t, std::span<Vec6> force) {
    for (const JointWalls& w : g.walls) {
        const int joint = g.blocks.edge_joint[w.a];
        if (joint < 0 || joint != g.blocks.edge_joint[w.b]) continue;
        const PiezometricData* line = line_of(water, joint);
        if (line == nullptr) continue;
        const double offset = line->offset.empty() ? 0.0 : line->offset.at(t);
        const Edge edge = g.edge(w.a);
        const Vec2 n = edge.normal();
        const auto pressure = [&](Vec2 x) {
            return water.unit_weight * (interpolate(line->x, line->h, x.x) + offset - x.y);
        };
        const std::vector<double> s = breaks(*line, edge, w.overlap.a0, w.overlap.a1);
        for (std::size_t i = 0; i + 1 < s.size(); ++i) {
            const Vec2 x0 = edge.at(s[i]), x1 = edge.at(s[i + 1]);
            for (const auto& [wall, out] : {std::pair{w.a, n}, std::pair{w.b, -n}}) {
                const int block = g.blocks.owner[wall], slot = g.blocks.slot[block];
                if (slot >= 0)
                    add_positive_pressure(force[slot], g.centre[block], x0, x1, pressure(x0), pressure(x1), out);
            }
        }
    }
}

}  // namespace dda
