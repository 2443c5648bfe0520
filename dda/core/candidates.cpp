// Contact candidates of a step: near pairs kept over steps with a margin, remade when the motion has used it up.
#include <algorithm>
#include <cmath>

#include "entrance.hpp"
#include "joint_friction.hpp"
#include "near_pairs.hpp"
#include "simulation.hpp"

namespace dda {
namespace {

constexpr double TOUCHING = 1e-4;       // of the smaller block: faces closer than this at the start are joined
constexpr double SPEED_SLACK = 2.0;     // a block may move this many times what its speed foretells
constexpr double REST_SLACK = 2e-3;     // of the smallest block: motion always allowed for
constexpr double MARGIN_STEPS = 20.0;   // near pairs are made to last about so many steps
constexpr double LEAST_MARGIN = 0.02;   // of the mean block
constexpr double LARGEST_MARGIN = 0.3;  // of the mean block

}  // namespace

double Simulation::allowed_motion(double dt, bool is_static) const {
    if (is_static) return options_.static_limit * smallest_;
    double motion = 0.0;
    for (int i = 0; i < blocks_.count(); ++i)
        if (blocks_.slot[i] >= 0) {
            Vec6 d = blocks_.velocity[i];
            for (double& x : d) x *= dt;
            motion = std::max(motion, motion_of(i, d));
        } else {
            motion = std::max(motion, norm(fixed_motion_[i]));
        }
    motion = largest(share_.team, motion);
    return SPEED_SLACK * (motion + 0.5 * norm(model_.gravity) * dt * dt) + REST_SLACK * smallest_;
}

void Simulation::rebuild_near_pairs(double margin) {
    const std::vector<NearPair> pairs = find_near_pairs(blocks_, margin);
    std::vector<Contact> fresh;
    fresh.reserve(pairs.size());
    std::size_t k = 0;
    for (const NearPair& p : pairs) {
        while (k < contacts_.size() && NearPair{contacts_[k].vertex, contacts_[k].edge} < p) ++k;
        if (k < contacts_.size() && NearPair{contacts_[k].vertex, contacts_[k].edge} == p) {
            fresh.push_back(contacts_[k]);
        } else {
            Contact c;
            c.vertex = p.vertex;
            c.edge = p.edge;
            fresh.push_back(c);
        }
    }
    contacts_ = std::move(fresh);
    near_margin_ = margin;
    moved_since_ = 0.0;
    near_.assign(blocks_.count(), 0);
    for (const Contact& c : contacts_) near_[blocks_.owner[c.vertex]] = near_[blocks_.owner[c.edge]] = 1;
    if (share_.team) note_pairs();
}

double Simulation::near_slack(double allowed) const {
    return std::clamp(MARGIN_STEPS * allowed, LEAST_MARGIN * mean_, LARGEST_MARGIN * mean_);
}

std::vector<int> Simulation::update_candidates(double dt, bool is_static, double allowed) {
    const double reach = 2.0 * allowed;
    if (near_margin_ - moved_since_ < reach) rebuild_near_pairs(reach + near_slack(allowed));
    // Where the vertices go: blocks that touch nothing fall, those that touch something are held up by it.
    std::vector<Vec2> expected = blocks_.position;
    if (!is_static) {
        std::vector<char> held(blocks_.count(), 0);
        for (const Contact& c : contacts_)
            if (c.closed()) held[blocks_.owner[c.vertex]] = held[blocks_.owner[c.edge]] = 1;
        for (int i = 0; i < blocks_.count(); ++i) {
            Vec6 d = blocks_.velocity[i];
            for (double& x : d) x *= dt;
            if (blocks_.slot[i] >= 0) {
                if (!held[i]) {
                    d[0] += 0.5 * model_.gravity.x * dt * dt;
                    d[1] += 0.5 * model_.gravity.y * dt * dt;
                }
            } else {
                d = {fixed_motion_[i].x, fixed_motion_[i].y, 0.0, 0.0, 0.0, 0.0};
            }
            const StepMap map = step_map(blocks_.centre[i], d);
            for (int v = blocks_.first[i]; v < blocks_.first[i + 1]; ++v) expected[v] = map(blocks_.position[v]);
        }
    }
    std::vector<int> candidates = select_candidates(blocks_, contacts_, expected, reach);
    for (const int k : candidates) {
        Contact& c = contacts_[k];
        const int face = facing_edge(blocks_, c.vertex, c.edge);
        c.joint = joints_.resolve(blocks_, face, c.edge);
        c.length = overlap_share(blocks_, c.vertex, c.edge);
    }
    if (share_.team) {
        share_contacts(share_, contacts_);
        candidates.clear();
        for (std::size_t k = 0; k < contacts_.size(); ++k)
            if (contacts_[k].present) candidates.push_back(static_cast<int>(k));
    }
    return candidates;
}

void Simulation::initialise_contacts() {
    rebuild_near_pairs(LEAST_MARGIN * mean_);
    const std::vector<int> touching = select_candidates(blocks_, contacts_, blocks_.position, TOUCHING * smallest_);
    for (const int k : touching) {
        Contact& c = contacts_[k];
        const int face = facing_edge(blocks_, c.vertex, c.edge);
        c.joint = joints_.resolve(blocks_, face, c.edge);
        c.length = overlap_share(blocks_, c.vertex, c.edge);
        c.anchor = c.along;
        c.bonded = c.length > 0.0;
        // Faces that start with a sliding speed slide; all others are locked. Those that do not hit each other rest.
        const int i = blocks_.owner[c.vertex], j = blocks_.owner[c.edge];
        const EdgeFrame f = edge_frame(blocks_, c.edge);
        const Vec2 x = blocks_.position[c.vertex];
        const auto apart = [&](Vec2 along) {
            return dot(shape_row(blocks_, i, x, along), blocks_.velocity[i]) -
                   dot(shape_row(blocks_, j, x, along), blocks_.velocity[j]);
        };
        const double speed = apart(f.tangent);
        c.closed_for = apart(f.normal) < 0.0 ? 0.0 : INFINITY;
        c.state = speed == 0.0 ? ContactState::locked : ContactState::sliding;
        c.speed = std::abs(speed);
    }
}

std::vector<std::array<int, 2>> Simulation::block_pairs() const {
    std::vector<std::array<int, 2>> pairs;
    for (const Contact& c : contacts_) {
        const int i = blocks_.owner[c.vertex], j = blocks_.owner[c.edge];
        pairs.push_back({std::min(i, j), std::max(i, j)});
    }
    std::sort(pairs.begin(), pairs.end());
    pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
    return pairs;
}

}  // namespace dda
