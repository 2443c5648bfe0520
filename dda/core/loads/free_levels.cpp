#include "free_levels.hpp"

#include <algorithm>
#include <limits>

#include "pressure.hpp"
#include "region.hpp"

namespace dda {

namespace {

constexpr double DRY = -std::numeric_limits<double>::infinity();

struct Interval {
    double from = 0.0, to = 0.0;
};

// The covered fractions of every edge.
std::vector<std::vector<Interval>> covered(const WaterGeometry& g) {
    std::vector<std::vector<Interval>> by_edge(g.position.size());
    for (const JointWalls& w : g.walls) {
        by_edge[w.a].push_back({w.overlap.a0, w.overlap.a1});
        by_edge[w.b].push_back({w.overlap.b0, w.overlap.b1});
    }
    return by_edge;
}

bool contains(const std::vector<Interval>& intervals, double s) {
    return std::any_of(intervals.begin(), intervals.end(), [&](Interval i) { return i.from < s && s < i.to; });
}

// The highest level that acts at x.
double level_at(const WaterData& water, Vec2 x, double t) {
    double level = DRY;
    for (const WaterLevelData& w : water.levels)
        if (in_region(w.region, x)) level = std::max(level, w.level.at(t));
    return level;
}

// Fractions between which an edge is all covered or all free, and all in or all out of every region.
std::vector<double> breaks(const WaterData& water, const Edge& edge, const std::vector<Interval>& cover) {
    std::vector<double> s{0.0, 1.0};
    for (const Interval& i : cover) s.insert(s.end(), {i.from, i.to});
    for (const WaterLevelData& w : water.levels)
        if (!w.region.empty()) add_crossings(w.region, edge, s);
    std::sort(s.begin(), s.end());
    return s;
}

}  // namespace

void add_free_levels(const WaterData& water, const WaterGeometry& g, double t, std::span<Vec6> force) {
    double top = DRY;
    for (const WaterLevelData& w : water.levels) top = std::max(top, w.level.at(t));
    const auto cover = covered(g);
    for (std::size_t v = 0; v < g.position.size(); ++v) {
        const int block = g.blocks.owner[v], slot = g.blocks.slot[block];
        const Edge edge = g.edge(static_cast<int>(v));
        if (slot < 0 || std::min(edge.start.y, edge.end.y) >= top) continue;
        const std::vector<double> s = breaks(water, edge, cover[v]);
        for (std::size_t i = 0; i + 1 < s.size(); ++i) {
            const double middle = 0.5 * (s[i] + s[i + 1]);
            if (s[i] == s[i + 1] || contains(cover[v], middle)) continue;
            const double level = level_at(water, edge.at(middle), t);
            if (level == DRY) continue;
            const Vec2 x0 = edge.at(s[i]), x1 = edge.at(s[i + 1]);
            add_positive_pressure(force[slot], g.centre[block], x0, x1, water.unit_weight * (level - x0.y),
                                  water.unit_weight * (level - x1.y), edge.normal());
        }
    }
}

}  // namespace dda
