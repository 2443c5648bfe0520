#include "base_motion.hpp"

namespace dda {

void BaseMotion::add(const LoadContext& context, std::span<Vec6> force) const {
    if (acceleration_.empty()) return;
    const double t = context.step.force_time();
    const Vec2 a{acceleration_.at(t, 0), acceleration_.at(t, 1)};
    const Blocks& b = context.blocks;
    for (int i = 0; i < b.count(); ++i) {
        if (b.slot[i] < 0) continue;
        // f = -integral of rho T^T a = (-m ax, -m ay, 0, 0, 0, 0): first moments about the centroid vanish.
        force[b.slot[i]][0] -= b.mass[i] * a.x;
        force[b.slot[i]][1] -= b.mass[i] * a.y;
    }
}

}  // namespace dda
