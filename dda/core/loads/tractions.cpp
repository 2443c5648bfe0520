#include "tractions.hpp"

namespace dda {

Tractions::Tractions(const ModelData& model, const Blocks& blocks) {
    for (const EdgeTraction& t : model.tractions) {
        const int v = blocks.first[t.block] + t.edge;
        const double length = norm(blocks.reference[blocks.next[v]] - blocks.reference[v]);
        members_.push_back({t.block, v, length * t.traction, t.history});
    }
}

void Tractions::add(const LoadContext& context, std::span<Vec6> force) const {
    const Blocks& b = context.blocks;
    for (const Member& m : members_) {
        if (b.slot[m.block] < 0) continue;
        // f = integral of T(x)^T t over the edge: T is linear in x and t constant, so the midpoint rule is exact.
        const Vec2 middle = 0.5 * (b.position[m.vertex] + b.position[b.next[m.vertex]]);
        const Vec2 F = factor(m.history, context.step.force_time()) * m.force;
        add_scaled(force[b.slot[m.block]], 1.0, shape_row(b, m.block, middle, F));
    }
}

}  // namespace dda
