#include "contact.hpp"

#include <algorithm>
#include <cmath>

namespace dda {

JointTable::JointTable(const ModelData& model) : joints_(model.joints), named_(model.named_joint), pairs_(model.pairs) {
    for (const JointData& j : joints_) laws_.push_back(reduced(make_joint_law(j.law, j.parameters), j.reduction));
    std::stable_sort(pairs_.begin(), pairs_.end(),
                     [](const PairJoint& l, const PairJoint& r) { return !l.group_pair && r.group_pair; });
}

int JointTable::resolve(const Blocks& b, int vertex_face, int edge) const {
    const int name = b.edge_joint[edge];
    if (name >= 0 && name == b.edge_joint[vertex_face] && named_[name] >= 0) return named_[name];
    const int i = b.owner[vertex_face], j = b.owner[edge];
    for (const PairJoint& p : pairs_) {
        const int u = p.group_pair ? b.group[i] : i, v = p.group_pair ? b.group[j] : j;
        if ((p.a == u && p.b == v) || (p.a == v && p.b == u)) return p.joint;
    }
    return 0;
}

int facing_edge(const Blocks& b, int vertex, int edge) {
    const Vec2 n = edge_frame(b, edge).normal;
    const int out = vertex, in = b.previous[vertex];
    return dot(edge_frame(b, out).normal, n) <= dot(edge_frame(b, in).normal, n) ? out : in;
}

double overlap_share(const Blocks& b, int vertex, int edge) {
    const EdgeFrame f = edge_frame(b, edge);
    double share = 0.0;
    for (const int own : {vertex, b.previous[vertex]}) {
        const double facing = std::max(0.0, -dot(edge_frame(b, own).normal, f.normal));
        if (facing < 0.5) continue;  // (1/2)^64 is below rounding
        const double s0 = measure(f, b.position[own]).along, s1 = measure(f, b.position[b.next[own]]).along;
        const double overlap = std::min(std::max(s0, s1), f.length) - std::max(std::min(s0, s1), 0.0);
        share += 0.5 * std::max(0.0, overlap) * std::pow(facing, 64);
    }
    return share;
}

}  // namespace dda
