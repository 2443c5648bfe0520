#include "entrance.hpp"

#include <algorithm>
#include <cmath>

#include "near_pairs.hpp"

namespace dda {
namespace {

class Selection {
  public:
    Selection(const Blocks& b, std::vector<Contact>& contacts, std::span<const Vec2> expected, double reach,
              const EntranceTolerances& tol)
        : b_(b), contacts_(contacts), expected_(expected), reach_(reach), tol_(tol) {
        start_.assign(b.position.size() + 1, 0);
        for (const Contact& c : contacts) ++start_[c.vertex + 1];
        for (std::size_t v = 0; v < b.position.size(); ++v) start_[v + 1] += start_[v];
    }

    std::vector<int> run() {
        const int n = static_cast<int>(contacts_.size());
        present_.assign(n, 0);
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
        if (!c.closed() && came_through_another(c)) return;
        admit(k);
    }

    // A vertex behind an edge did not come through it if it is deep, or if another edge of the block is nearer: near an
    // acute corner a vertex that touches one face lies a little behind the other.
    bool came_through_another(const Contact& c) const {
        const double gap = gap_of(c);
        if (gap >= -tol_.corner * size(c.vertex, c.edge)) return false;
        if (gap < -tol_.depth * b_.depth[b_.owner[c.edge]]) return true;
        for (int k = start_[c.vertex]; k < start_[c.vertex + 1]; ++k) {
            const Contact& other = contacts_[k];
            if (other.edge != c.edge && b_.owner[other.edge] == b_.owner[c.edge] &&
                distance_to_segment(b_.position[c.vertex], b_.position[other.edge], b_.position[b_.next[other.edge]]) <
                    -gap)
                return true;
        }
        return false;
    }

    double gap_of(const Contact& c) const { return measure(edge_frame(b_, c.edge), b_.position[c.vertex]).normal; }

    // The lower block's vertex a against corner b = the start of the edge; each pair of corners comes here once.
    void vertex_vertex(int k) {
        const int a = contacts_[k].vertex, b = contacts_[k].edge;
        if (b_.owner[a] > b_.owner[b] || !b_.convex[a] || !b_.convex[b]) return;
        const double distance = norm(b_.position[a] - b_.position[b]), lip = tol_.lip * size(a, b);
        if (distance > reach_ * std::sqrt(2.0) + lip) return;
        const std::array<Line, 4> lines{Line{a, b}, Line{a, b_.previous[b]}, Line{b, a}, Line{b, b_.previous[a]}};
        if (distance > lip)
            for (const Line& l : lines)
                if (inside(l.vertex, l.edge)) return;  // a vertex-edge contact rules here
        const int chosen = entrance_line(lines, tol_.corner * size(a, b), lip);
        if (chosen >= 0) admit(chosen);
    }

    struct Line {
        int vertex, edge;
    };

    int entrance_line(const std::array<Line, 4>& lines, double eps, double lip) const {
        std::array<double, 4> score{};
        double best_score = -2.0;
        for (int i = 0; i < 4; ++i) best_score = std::max(best_score, score[i] = separation(lines[i]));
        // Lines that have the other cone on their outer side; where rounding leaves none, the nearest to it.
        const double admissible = std::min(0.0, best_score);
        int chosen = -1;
        std::array<double, 3> best{};
        for (int i = 0; i < 4; ++i) {
            const int k = find(lines[i]);
            if (score[i] < admissible || k < 0) continue;
            const Line& l = lines[i];
            const double now = measure(edge_frame(b_, l.edge), b_.position[l.vertex]).normal;
            const double then =
                measure(edge_frame(expected_[l.edge], expected_[b_.next[l.edge]]), expected_[l.vertex]).normal;
            // The larger gap, a lip counting as none; of equals the one closed more slowly; where nothing moves the one
            // entered less, with preference to the one in use.
            const std::array<double, 3> merit{then > -lip ? std::max(then, 0.0) : then, then - now,
                                              now + (contacts_[k].closed() ? eps : 0.0)};
            if (chosen < 0 || better(merit, best, eps)) {
                chosen = k;
                best = merit;
            }
        }
        return chosen;
    }

    static bool better(const std::array<double, 3>& a, const std::array<double, 3>& b, double eps) {
        if (std::abs(a[0] - b[0]) > eps) return a[0] > b[0];
        if (std::abs(a[1] - b[1]) > eps) return a[1] > b[1];
        return a[2] > b[2];
    }

    // How far the cone at the vertex stays on the outer side of the edge's line: the least slope of its two edges.
    double separation(const Line& l) const {
        const Vec2 n = edge_frame(b_, l.edge).normal, x = b_.position[l.vertex];
        const Vec2 out = b_.position[b_.next[l.vertex]] - x, in = b_.position[b_.previous[l.vertex]] - x;
        return std::min(dot(out, n) / norm(out), dot(in, n) / norm(in));
    }

    int find(const Line& l) const {
        for (int k = start_[l.vertex]; k < start_[l.vertex + 1]; ++k)
            if (contacts_[k].edge == l.edge) return k;
        return -1;
    }

    // A closed contact that is no candidate any more: its force, lock point and bond go to the candidate of the same
    // two faces at the same place, if there is one; the tangents of facing edges are opposite, and so are the vertex's
    // roles, so the shear force keeps its sign.
    void hand_over(int k) {
        Contact& from = contacts_[k];
        const Vec2 n = edge_frame(b_, from.edge).normal;
        const double near = tol_.lip * size(from.vertex, from.edge);
        const int p = from.edge, q = b_.next[p], v = from.vertex;
        const std::array<Line, 6> places{Line{v, b_.previous[p]}, Line{v, q}, Line{p, v},
                                         Line{p, b_.previous[v]}, Line{q, v}, Line{q, b_.previous[v]}};
        for (const Line& l : places) {
            const int to = find(l);
            if (to < 0 || !present_[to] || contacts_[to].closed()) continue;
            const bool turned = l.vertex != v;
            const Vec2 m = edge_frame(b_, l.edge).normal;
            const double facing = turned ? -dot(m, n) : dot(m, n);
            if (facing < 0.9 || norm(b_.position[l.vertex] - b_.position[v]) > near) continue;
            Contact& c = contacts_[to];
            c.state = from.state;
            c.bonded = from.bonded;
            c.normal = from.normal;
            c.shear = from.shear;
            c.spring = from.spring;
            c.law_state = from.law_state;
            c.joint = from.joint;
            // The way from the lock point is the same, seen from the other side or not.
            const double offset = (from.along - from.anchor) * edge_frame(b_, from.edge).length;
            c.anchor = c.along - offset / edge_frame(b_, c.edge).length;
            break;
        }
        from.state = ContactState::open;
        from.bonded = false;
        from.normal = from.shear = from.spring = 0.0;
    }

    const Blocks& b_;
    std::vector<Contact>& contacts_;
    std::span<const Vec2> expected_;
    double reach_;
    EntranceTolerances tol_;
    std::vector<int> start_;
    std::vector<char> present_;
};

}  // namespace

std::vector<int> select_candidates(const Blocks& blocks, std::vector<Contact>& contacts, std::span<const Vec2> expected,
                                   double reach, const EntranceTolerances& tolerances) {
    return Selection(blocks, contacts, expected, reach, tolerances).run();
}

}  // namespace dda
