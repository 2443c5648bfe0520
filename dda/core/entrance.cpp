#include "entrance.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "near_pairs.hpp"

namespace dda {
namespace {

class Selection {
  public:
    Selection(const Blocks& b, std::vector<Contact>& contacts, std::span<const Vec2> expected, double reach,
              const EntranceTolerances& tol)
        : b_(b),
          contacts_(contacts),
          reach_(reach),
          tol_(tol),
          index_(contacts, b.position.size()),
          corners_(b, index_, expected, tol) {}

    std::vector<int> run() {
        const int n = static_cast<int>(contacts_.size());
        present_.assign(n, 0);
        for (const Contact& c : contacts_) any_deep_ = any_deep_ || deep(c);
        for (int k = 0; k < n; ++k) vertex_edge(k);
        for (int k = 0; k < n; ++k) vertex_vertex(k);
        for (int k = 0; k < n; ++k)
            if (!present_[k] && contacts_[k].closed()) hand_over(k);
        std::vector<int> out;
        for (int k = 0; k < n; ++k) {
            contacts_[k].present = present_[k];
            if (present_[k]) out.push_back(k);
        }
        return out;
    }

  private:
    double size(int vertex, int edge) const { return std::min(b_.size[b_.owner[vertex]], b_.size[b_.owner[edge]]); }

    // Does the vertex project inside the edge, more than a lip away from its convex ends? There the two corners decide.
    // At a concave end the next edge bounds the motion, so that a corner sitting in a notch touches both edges of it.
    bool inside(int vertex, int edge) const {
        const EdgeFrame f = edge_frame(b_, edge);
        const double s = measure(f, b_.position[vertex]).along, lip = tol_.lip * size(vertex, edge);
        return s > (b_.convex[edge] ? lip : -lip) && f.length - s > (b_.convex[b_.next[edge]] ? lip : -lip);
    }

    void admit(int k) {
        Contact& c = contacts_[k];
        const EdgeFrame f = edge_frame(b_, c.edge);
        const Gap g = measure(f, b_.position[c.vertex]);
        if (g.normal > reach_) return;
        c.gap = g.normal;
        c.along = g.along / f.length;
        present_[k] = 1;
    }

    void vertex_edge(int k) {
        const Contact& c = contacts_[k];
        if (!b_.convex[c.vertex] || !inside(c.vertex, c.edge)) return;
        if (!c.closed() && (came_through_another(c) || corners_are_held(c))) return;
        admit(k);
    }

    // A contact on springs (a filling, scheme conserving) may be closed by more than a lip. Its vertex is then still on
    // the face that it came through, even if it is nearer to another one.
    bool deep(const Contact& c) const {
        if (!c.closed()) return false;
        const double s = size(c.vertex, c.edge), gap = gap_of(c);
        return gap < -tol_.lip * s && gap > -tol_.depth * b_.depth[b_.owner[c.edge]];
    }

    // The deep contact of two corners, with its vertex over the edge or a lip beside it; or -1.
    int deep_contact(int a, int b) const {
        if (!any_deep_) return -1;
        for (const Line& l : {Line{a, b}, Line{a, b_.previous[b]}, Line{b, a}, Line{b, b_.previous[a]}}) {
            const int k = index_.find(l.vertex, l.edge);
            if (k < 0 || !deep(contacts_[k])) continue;
            const EdgeFrame f = edge_frame(b_, l.edge);
            const double s = measure(f, b_.position[l.vertex]).along, lip = tol_.lip * size(l.vertex, l.edge);
            if (s > -lip && s < f.length + lip) return k;
        }
        return -1;
    }

    bool corners_are_held(const Contact& c) const {
        return deep_contact(c.vertex, c.edge) >= 0 || deep_contact(c.vertex, b_.next[c.edge]) >= 0;
    }

    // A vertex behind an edge did not come through it if it is deep, or if another edge of the block is nearer: near an
    // acute corner a vertex that touches one face lies a little behind the other.
    bool came_through_another(const Contact& c) const {
        const double gap = gap_of(c);
        if (gap >= -tol_.corner * size(c.vertex, c.edge)) return false;
        if (gap < -tol_.depth * b_.depth[b_.owner[c.edge]]) return true;
        for (const Contact& other : index_.of(c.vertex))
            if (other.edge != c.edge && b_.owner[other.edge] == b_.owner[c.edge] &&
                distance_to_segment(b_.position[c.vertex], b_.position[other.edge], b_.position[b_.next[other.edge]]) <
                    -gap)
                return true;
        return false;
    }

    double gap_of(const Contact& c) const { return measure(edge_frame(b_, c.edge), b_.position[c.vertex]).normal; }

    // The lower block's vertex a against corner b = the start of the edge; each pair of corners comes here once.
    void vertex_vertex(int k) {
        const int a = contacts_[k].vertex, b = contacts_[k].edge;
        if (b_.owner[a] > b_.owner[b] || !b_.convex[a] || !b_.convex[b]) return;
        const double distance = norm(b_.position[a] - b_.position[b]), lip = tol_.lip * size(a, b);
        if (distance > reach_ * std::sqrt(2.0) + lip) return;
        if (const int held = deep_contact(a, b); held >= 0) return admit(held);
        if (distance > lip)
            for (const Line& l : {Line{a, b}, Line{a, b_.previous[b]}, Line{b, a}, Line{b, b_.previous[a]}})
                if (inside(l.vertex, l.edge)) return;  // a vertex-edge contact rules here
        const int chosen = corners_.choose(a, b, size(a, b), distance <= lip);
        if (chosen >= 0) admit(chosen);
    }

    // A closed contact that is no candidate any more gives its force to the candidate that takes its place, if there is
    // one, and where that was open its lock point too, and its bond as long as the blocks stay the same.
    void hand_over(int k) {
        Contact& from = contacts_[k];
        if (const int to = successor(from); to >= 0) {
            Contact& c = contacts_[to];
            if (!c.closed())
                continue_with(from, c);
            else if (c.sprung && from.sprung)  // two springs in one place: one that stores what both did
                c.rest = c.gap + std::hypot(std::max(0.0, c.rest - c.gap), std::max(0.0, from.rest - from.gap));
            c.normal += from.normal;
            c.shear += from.shear;
            c.drag += from.drag;
        }
        from.state = ContactState::open;
        from.bonded = false;
        from.normal = from.shear = from.drag = from.closed_for = 0.0;
    }

    void continue_with(const Contact& from, Contact& c) const {
        const bool same = b_.owner[c.edge] == b_.owner[from.edge] || b_.owner[c.edge] == b_.owner[from.vertex];
        c.state = same || from.state != ContactState::bonded ? from.state : ContactState::locked;
        c.bonded = same && from.bonded;
        c.sprung = from.sprung;
        c.rest = c.gap + from.rest - from.gap;
        c.closed_for = from.closed_for;
        c.speed = from.speed;
        c.law_state = from.law_state;
        // The way from the lock point is the same, seen from the other side or not.
        const double offset = (from.along - from.anchor) * edge_frame(b_, from.edge).length;
        c.anchor = c.along - offset / edge_frame(b_, c.edge).length;
    }

    // The candidate that continues a contact: the same vertex on a face that goes on in the same direction, of
    // this block or the next; else the same two faces at the same place with the roles of vertex and edge exchanged.
    // There the tangents are opposite, and so are the vertex's roles, so that the shear force keeps its sign.
    int successor(const Contact& from) const {
        const Vec2 n = edge_frame(b_, from.edge).normal;
        const double near = tol_.lip * size(from.vertex, from.edge);
        const int p = from.edge, q = b_.next[p], v = from.vertex;
        const auto takes = [&](int k, double facing) { return k >= 0 && present_[k] && facing >= tol_.facing; };
        for (const bool same_block : {true, false})
            for (const Contact& c : index_.of(v))
                if ((b_.owner[c.edge] == b_.owner[p]) == same_block && c.gap <= near &&
                    takes(index_.number(c), dot(edge_frame(b_, c.edge).normal, n)))
                    return index_.number(c);
        for (const Line& l : {Line{p, v}, Line{p, b_.previous[v]}, Line{q, v}, Line{q, b_.previous[v]}})
            if (const int k = index_.find(l.vertex, l.edge); norm(b_.position[l.vertex] - b_.position[v]) <= near &&
                                                             takes(k, -dot(edge_frame(b_, l.edge).normal, n)))
                return k;
        return -1;
    }

    const Blocks& b_;
    std::vector<Contact>& contacts_;
    double reach_;
    EntranceTolerances tol_;
    ContactIndex index_;
    CornerEntrance corners_;
    std::vector<char> present_;
    bool any_deep_ = false;
};

}  // namespace

std::vector<int> select_candidates(const Blocks& blocks, std::vector<Contact>& contacts, std::span<const Vec2> expected,
                                   double reach, const EntranceTolerances& tolerances) {
    return Selection(blocks, contacts, expected, reach, tolerances).run();
}

}  // namespace dda
