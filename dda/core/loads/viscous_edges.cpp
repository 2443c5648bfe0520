#include "viscous_edges.hpp"

#include <cmath>

#include "gauss.hpp"

namespace dda {

ViscousEdges::ViscousEdges(const ModelData& model, const Blocks& blocks) {
    for (const ViscousEdge& e : model.viscous_edges)
        if (blocks.slot[e.block] >= 0) members_.push_back({e.block, blocks.first[e.block] + e.edge});
}

std::vector<ViscousEdges::Dashpot> ViscousEdges::dashpots(const Blocks& b) const {
    std::vector<Dashpot> all;
    for (const Member& m : members_) {
        const Elasticity& e = b.elasticity(m.block);
        const Vec2 p = b.position[m.vertex], q = b.position[b.next[m.vertex]];
        const double length = norm(q - p);
        const Vec2 tangent = (1.0 / length) * (q - p), normal{tangent.y, -tangent.x};
        const double c_n = std::sqrt(e.density * e.p_wave_modulus), c_t = std::sqrt(e.density * e.shear_modulus);
        // integral of T^T (n c_n n^T + t c_t t^T) T: T is linear along the edge, two Gauss points are exact.
        for (const double g : GAUSS_2) {
            const Vec2 x = p + (0.5 + g) * (q - p);
            for (const auto& [direction, c] : {std::pair{normal, c_n}, std::pair{tangent, c_t}}) {
                const Vec6 r = shape_row(b, m.block, x, direction);
                all.push_back({b.slot[m.block], r, 0.5 * length * c, dot(r, b.velocity[m.block])});
            }
        }
    }
    return all;
}

void ViscousEdges::add_rows(const LoadContext& context, std::vector<Row>& rows) const {
    if (context.step.is_static) return;
    const double theta = context.step.theta, dt = context.step.dt;
    for (const Dashpot& d : dashpots(context.blocks))
        rows.push_back({.slot = {d.slot, -1},
                        .r = {d.r, Vec6{}},
                        .stiffness = 2.0 * theta * d.c / dt,
                        .force = -d.c * (1.0 - 2.0 * theta) * d.v0});
}

void ViscousEdges::commit(const LoadContext& context, std::span<const Vec6> d, LoadEnergy& energy) {
    if (context.step.is_static) return;
    const double theta = context.step.theta, dt = context.step.dt;
    for (const Dashpot& p : dashpots(context.blocks)) {
        const double q = dot(p.r, d[p.slot]);
        const double force = -p.c * (p.v0 + 2.0 * theta * (q / dt - p.v0));
        const double dissipated = p.c * q * q / dt;
        energy.dissipated += dissipated;
        energy.scheme += -force * q - dissipated;  // the force of scheme shi belongs to the end, not to the middle
    }
}

}  // namespace dda
