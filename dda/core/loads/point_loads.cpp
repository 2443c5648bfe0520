#include "point_loads.hpp"

namespace dda {

PointLoads::PointLoads(const ModelData& model, const Blocks& blocks) {
    for (const PointLoad& p : model.point_loads)
        members_.push_back({material_point(model, blocks, p.block, p.point), p.force, p.history});
}

void PointLoads::add(const LoadContext& context, std::span<Vec6> force) const {
    for (const Member& m : members_) {
        const int slot = m.point.slot(context.blocks);
        if (slot < 0) continue;
        // f = T^T F: the row of T in the direction of F, |F| included.
        const Vec2 F = factor(m.history, context.step.force_time()) * m.force;
        add_scaled(force[slot], 1.0, m.point.row(context.blocks, F));
    }
}

}  // namespace dda
