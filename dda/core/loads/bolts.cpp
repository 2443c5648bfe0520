#include "bolts.hpp"

#include <algorithm>

namespace dda {

namespace {
constexpr std::size_t RECORD = 9, KEY = 6;  // a, X_a, b, X_b | length0, broken, tensioned
}  // namespace

Bolts::Bolts(const ModelData& model, const Blocks& blocks) {
    for (const Bolt& bolt : model.bolts) {
        Member m{.a = material_point(model, blocks, bolt.a, bolt.point_a),
                 .b = material_point(model, blocks, bolt.b, bolt.point_b),
                 .stiffness = bolt.stiffness,
                 .pretension = bolt.pretension,
                 .strength = bolt.strength};
        m.length0 = norm(m.b.place(blocks) - m.a.place(blocks));
        members_.push_back(m);
    }
}

Bolts::State Bolts::state(const Member& m, const LoadContext& context) {
    const Blocks& b = context.blocks;
    const Vec2 span = m.b.place(b) - m.a.place(b);
    State s;
    s.length = norm(span);
    s.tension = m.tension(s.length);
    const Vec2 n = (1.0 / s.length) * span;
    const Vec2 moved = context.loads.motion(m.b.block, context.step) - context.loads.motion(m.a.block, context.step);
    const std::array<Vec2, 2> direction{n, {-n.y, n.x}};
    s.stiffness = {m.stiffness, std::max(0.0, s.tension / s.length)};
    const double theta = context.step.theta;
    for (int i = 0; i < 2; ++i) {
        // q = direction . (u_b - u_a); force along q at d = 0: -N on the axis, nothing across it.
        s.moved[i] = dot(direction[i], moved);
        s.row[i] = {.slot = {m.a.slot(b), m.b.slot(b)},
                    .r = {m.a.row(b, -direction[i]), m.b.row(b, direction[i])},
                    .stiffness = theta * s.stiffness[i],
                    .force = -(i == 0 ? s.tension : 0.0) - theta * s.stiffness[i] * s.moved[i]};
    }
    return s;
}

void Bolts::add_rows(const LoadContext& context, std::vector<Row>& rows) const {
    for (const Member& m : members_) {
        if (m.broken || (m.a.slot(context.blocks) < 0 && m.b.slot(context.blocks) < 0)) continue;
        const State s = state(m, context);
        for (int i = 0; i < 2; ++i)
            if (s.stiffness[i] > 0.0) rows.push_back(s.row[i]);
    }
}

void Bolts::commit(const LoadContext& context, std::span<const Vec6> d, LoadEnergy& energy) {
    const Blocks& b = context.blocks;
    for (Member& m : members_) {
        if (m.broken) continue;
        if (!m.tensioned) energy.external += 0.5 * m.pretension * m.pretension / m.stiffness;  // work of the jack
        m.tensioned = true;
        const State s = state(m, context);
        for (int i = 0; i < 2; ++i) {
            double q = s.moved[i];
            for (int side = 0; side < 2; ++side)
                if (s.row[i].slot[side] >= 0) q += dot(s.row[i].r[side], d[s.row[i].slot[side]]);
            const double f = -(i == 0 ? s.tension : 0.0) - context.step.theta * s.stiffness[i] * q;
            energy.external += f * s.moved[i];
            energy.scheme += (context.step.theta - 0.5) * s.stiffness[i] * q * q;
        }
        const Vec2 after =
            m.b.place_after(b, d, context.loads, context.step) - m.a.place_after(b, d, context.loads, context.step);
        const double tension = m.tension(norm(after));
        m.broken = tension > m.strength;
        (m.broken ? energy.breakage : energy.stored) += 0.5 * tension * tension / m.stiffness;
    }
}

std::vector<double> Bolts::save() const {
    std::vector<double> out;
    for (const Member& m : members_)
        out.insert(out.end(), {double(m.a.block), m.a.X.x, m.a.X.y, double(m.b.block), m.b.X.x, m.b.X.y, m.length0,
                               double(m.broken), double(m.tensioned)});
    return out;
}

void Bolts::load(std::span<const double> records) {
    std::vector<double> mine = save();
    match_records(records, RECORD, KEY, mine);
    for (std::size_t i = 0; i < members_.size(); ++i) {
        const double* own = mine.data() + i * RECORD + KEY;
        members_[i].length0 = own[0];
        members_[i].broken = own[1] != 0.0;
        members_[i].tensioned = own[2] != 0.0;
    }
}

}  // namespace dda
