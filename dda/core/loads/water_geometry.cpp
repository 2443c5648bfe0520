#include "water_geometry.hpp"

#include <algorithm>

namespace dda {

namespace {

void predict(WaterGeometry& g, const StepTime& step) {
    const Blocks& b = g.blocks;
    g.centre = b.centre;
    g.position = b.position;
    if (step.is_static) return;
    for (int i = 0; i < b.count(); ++i) {
        if (b.slot[i] < 0) continue;
        Vec6 d{};
        add_scaled(d, step.theta * step.dt, b.velocity[i]);
        const StepMap map = step_map(b.centre[i], d);
        g.centre[i] = map(b.centre[i]);
        for (int v = b.first[i]; v < b.first[i + 1]; ++v) g.position[v] = map(b.position[v]);
    }
}

}  // namespace

WaterGeometry::WaterGeometry(const Blocks& b, std::span<const std::array<int, 2>> pairs, const StepTime& step)
    : blocks(b) {
    predict(*this, step);
    for (const auto& [i, j] : pairs) {
        const double aperture = OPEN_JOINT * std::min(b.depth[i], b.depth[j]);
        for (int v = b.first[i]; v < b.first[i + 1]; ++v)
            for (int w = b.first[j]; w < b.first[j + 1]; ++w)
                if (const auto overlap = edge_overlap(edge(v), edge(w), aperture)) walls.push_back({v, w, *overlap});
    }
}

}  // namespace dda
