// The state of one contact: a vertex against an edge. It is kept with the near pair for as long as the two stay near,
// so that multipliers, the lock point and the bond live through steps.
#pragma once

#include <memory>
#include <vector>

#include "blocks.hpp"
#include "joint_law.hpp"
#include "model_data.hpp"

namespace dda {

enum class ContactState : int { open = 0, sliding = 1, locked = 2, bonded = 3 };

struct Contact {
    int vertex = 0;
    int edge = 0;   ///< starts at this vertex and ends at Blocks::next
    int joint = 0;  ///< index into JointTable::joints
    ContactState state = ContactState::open;
    bool present = false;   ///< a candidate of the current step
    bool bonded = false;    ///< cohesion and tension not yet used up
    bool forgiven = false;  ///< its small gap cannot be taken back: other contacts hold the blocks where they are
    double normal = 0.0;    ///< force at the end of the last step [N/m], compression positive
    double shear = 0.0;     ///< force on the vertex's block along the edge [N/m]
    double trend_n = 0.0, trend_t = 0.0;  ///< by which the forces changed in the last step, over its length [N/m/s]
    double anchor = 0.0;                  ///< lock point as a fraction of the edge
    bool sprung = false;      ///< numerical springs held it in the last step (scheme conserving), not multipliers
    double rest = 0.0;        ///< gap at which its numerical normal spring has no force [m]
    double closed_for = 0.0;  ///< time for which it has been closed, of late less that for which it was open [s]
    double drag = 0.0;        ///< force of its damper, averaged over some periods [N/m]
    double gap = 0.0;         ///< at the start of the step [m]
    double along = 0.0;       ///< projection of the vertex as a fraction of the edge
    double length = 0.0;      ///< share of the overlap of the two faces that this contact carries [m]
    double speed = 0.0;       ///< sliding speed over the last step [m/s]
    double law_state = 0.0;   ///< internal state of the joint law

    bool closed() const { return state != ContactState::open; }
};

/// Joints of a model with their laws made, and the rule which joint rules a contact: a name that both faces carry, else
/// the pair of blocks, else the pair of groups, else the default joint 0.
class JointTable {
  public:
    explicit JointTable(const ModelData& model);
    int resolve(const Blocks& blocks, int vertex_face, int edge) const;
    const JointData& operator[](int joint) const { return joints_[joint]; }
    const JointLaw& law(int joint) const { return *laws_[joint]; }
    int count() const { return static_cast<int>(joints_.size()); }

  private:
    std::vector<JointData> joints_;
    std::vector<std::unique_ptr<JointLaw>> laws_;
    std::vector<int> named_;
    std::vector<PairJoint> pairs_;  // block pairs first
};

/// Unit vector along an edge now, and its outward normal.
struct EdgeFrame {
    Vec2 start, tangent, normal;
    double length = 0.0;
};
inline EdgeFrame edge_frame(Vec2 p, Vec2 q) {
    const Vec2 e = q - p;
    const double length = norm(e);
    const Vec2 t = (1.0 / length) * e;
    return {p, t, {t.y, -t.x}, length};  // counter-clockwise block: the outside lies to the right of the edge
}
inline EdgeFrame edge_frame(const Blocks& b, int edge) {
    return edge_frame(b.position[edge], b.position[b.next[edge]]);
}

/// Gap [m] (positive: apart) and projection [m] of point x on an edge.
struct Gap {
    double normal = 0.0, along = 0.0;
};
inline Gap measure(const EdgeFrame& f, Vec2 x) {
    return {dot(x - f.start, f.normal), dot(x - f.start, f.tangent)};
}

/// Of the two edges that meet at a vertex, the one (by its starting vertex) that faces `edge` most squarely.
int facing_edge(const Blocks& b, int vertex, int edge);

/// The share of the overlap of the two faces that a contact carries [m]: half the overlap of `edge` with each of the
/// vertex's own edges, weighted by how squarely they face, (-n1.n2)^64 (1 at 0, 0.78 at 5, 0.02 at 20 degrees).
double overlap_share(const Blocks& b, int vertex, int edge);

}  // namespace dda
