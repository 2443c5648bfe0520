#include "held_points.hpp"

namespace dda {

namespace {
constexpr std::size_t RECORD = 5, KEY = 3;  // block, X | anchor
constexpr std::array<Vec2, 2> AXES{{{1.0, 0.0}, {0.0, 1.0}}};
}  // namespace

HeldPoints::HeldPoints(const ModelData& model, const Blocks& blocks) {
    for (const HeldPoint& p : model.held_points) {
        const MaterialPoint point = material_point(model, blocks, p.block, p.point);
        members_.push_back({point, point.place(blocks), p.stiffness, p.history});
    }
}

void HeldPoints::add_rows(const LoadContext& context, std::vector<Row>& rows) const {
    const StepTime& step = context.step;
    for (const Member& m : members_) {
        const int slot = m.point.slot(context.blocks);
        if (slot < 0) continue;
        // f = -k (q0 + theta (r . d - ds)), ds the motion of the support in the step.
        const Vec2 q0 = m.point.place(context.blocks) - m.support(step.start);
        const Vec2 ds = m.support(step.end()) - m.support(step.start);
        for (const Vec2 axis : AXES)
            rows.push_back({.slot = {slot, -1},
                            .r = {m.point.row(context.blocks, axis), Vec6{}},
                            .stiffness = step.theta * m.stiffness,
                            .force = -m.stiffness * dot(axis, q0 - step.theta * ds)});
    }
}

void HeldPoints::commit(const LoadContext& context, std::span<const Vec6> d, LoadEnergy& energy) {
    const StepTime& step = context.step;
    for (const Member& m : members_) {
        const int slot = m.point.slot(context.blocks);
        if (slot < 0) continue;
        const Vec2 q0 = m.point.place(context.blocks) - m.support(step.start);
        const Vec2 ds = m.support(step.end()) - m.support(step.start);
        const Vec2 q1 = m.point.place_after(context.blocks, d, context.loads, step) - m.support(step.end());
        energy.stored += 0.5 * m.stiffness * dot(q1, q1);
        for (const Vec2 axis : AXES) {
            // On the spring the support does the work f ds, f = -k (q0 + theta q) being the force of the step.
            const double q = dot(m.point.row(context.blocks, axis), d[slot]) - dot(axis, ds);
            energy.external -= m.stiffness * (dot(axis, q0) + step.theta * q) * dot(axis, ds);
            energy.scheme += (step.theta - 0.5) * m.stiffness * q * q;
        }
    }
}

std::vector<double> HeldPoints::save() const {
    std::vector<double> out;
    for (const Member& m : members_)
        out.insert(out.end(), {double(m.point.block), m.point.X.x, m.point.X.y, m.anchor.x, m.anchor.y});
    return out;
}

void HeldPoints::load(std::span<const double> records) {
    std::vector<double> mine = save();
    match_records(records, RECORD, KEY, mine);
    for (std::size_t i = 0; i < members_.size(); ++i) members_[i].anchor = {mine[i * RECORD + 3], mine[i * RECORD + 4]};
}

}  // namespace dda
