#include "joint_friction.hpp"

#include <algorithm>
#include <cmath>

namespace dda {

void read_joint_laws(std::span<ContactRow> rows, std::span<const Contact> contacts, const JointTable& joints,
                     std::span<const double> speed, std::span<const double> slip, double time, double dt) {
    // All contacts of one joint at once, if they stick and if they slide.
    std::vector<std::vector<int>> of_joint(joints.count());
    for (std::size_t i = 0; i < rows.size(); ++i)
        if (rows[i].contact >= 0) of_joint[contacts[rows[i].contact].joint].push_back(static_cast<int>(i));
    std::vector<JointPoint> points;
    std::vector<Friction> stick, slide;
    for (int joint = 0; joint < joints.count(); ++joint) {
        const std::vector<int>& members = of_joint[joint];
        const Table& history = joints[joint].temperature;
        const double temperature = history.empty() ? 0.0 : history.at(time + 0.5 * dt);
        points.resize(members.size());
        stick.resize(members.size());
        slide.resize(members.size());
        for (std::size_t i = 0; i < members.size(); ++i) {
            ContactRow& row = rows[members[i]];
            const Contact& c = contacts[row.contact];
            const double stress = c.length > 0.0 ? std::max(0.0, c.normal) / c.length : 0.0;
            const double now = std::abs(speed[members[i]]);
            if (!c.closed()) row.speed0 = now;  // of a first contact
            // Laws are read in the middle of the step: c.speed is that of the middle of the last one.
            const double middle = c.closed() ? std::max(0.0, 2.0 * now - c.speed) : now;
            const double ahead = c.state == ContactState::sliding ? 0.5 * dt * middle : 0.0;
            points[i] = {.slip = slip[members[i]] + ahead,
                         .speed = middle,
                         .normal_stress = stress,
                         .temperature = temperature,
                         .state = c.law_state,
                         .dt = dt};
        }
        joints.law(joint).evaluate(points, stick);
        for (JointPoint& p : points) p.sliding = true;
        joints.law(joint).evaluate(points, slide);
        for (std::size_t i = 0; i < members.size(); ++i) {
            rows[members[i]].mu_stick = stick[i].mu;
            rows[members[i]].mu_slide = slide[i].mu;
        }
    }
}

double surface_slip(const Blocks& b, const Contact& c) {
    double slip = 0.0;
    if (b.slot[b.owner[c.vertex]] >= 0) {
        const int face = facing_edge(b, c.vertex, c.edge);
        slip = b.slip[2 * face + (face == c.vertex ? 0 : 1)];
    }
    if (b.slot[b.owner[c.edge]] >= 0) {
        const double a = std::clamp(c.along, 0.0, 1.0);
        slip = std::max(slip, (1.0 - a) * b.slip[2 * c.edge] + a * b.slip[2 * c.edge + 1]);
    }
    return slip;
}

void add_surface_slip(Blocks& b, std::span<const Contact> contacts, std::span<const ContactRow> rows) {
    std::vector<double> slip(b.slip.size(), 0.0);
    const auto slide_by = [&slip](int place, double s) { slip[place] = std::max(slip[place], s); };
    for (const ContactRow& r : rows) {
        if (r.contact < 0 || r.state != ContactState::sliding) continue;
        const Contact& c = contacts[r.contact];
        const int face = facing_edge(b, c.vertex, c.edge);
        slide_by(2 * face + (face == c.vertex ? 0 : 1), std::abs(r.slide));
        slide_by(2 * c.edge, std::abs(r.slide));
        slide_by(2 * c.edge + 1, std::abs(r.slide));
    }
    for (std::size_t k = 0; k < slip.size(); ++k)
        if (b.slot[b.owner[k / 2]] >= 0) b.slip[k] += slip[k];
}

}  // namespace dda
