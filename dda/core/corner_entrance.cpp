#include "corner_entrance.hpp"

#include <cmath>

namespace dda {
namespace {

// Separation of a line that runs through the inside of a cone.
constexpr double THROUGH = -1.0;

Corner corner_of(const Blocks& b, int vertex) {
    return make_corner(b.position[b.previous[vertex]], b.position[vertex], b.position[b.next[vertex]]);
}

// The larger gap, a lip counting as none; of equals the one closed more slowly; where nothing moves the one entered
// less, with preference to the one in use.
using Merit = std::array<double, 3>;

bool better(const Merit& a, const Merit& b, double eps) {
    if (std::abs(a[0] - b[0]) > eps) return a[0] > b[0];
    if (std::abs(a[1] - b[1]) > eps) return a[1] > b[1];
    return a[2] > b[2];
}

}  // namespace

ContactIndex::ContactIndex(std::span<const Contact> contacts, std::size_t vertices)
    : contacts_(contacts), start_(vertices + 1, 0) {
    for (const Contact& c : contacts) ++start_[c.vertex + 1];
    for (std::size_t v = 0; v < vertices; ++v) start_[v + 1] += start_[v];
}

int ContactIndex::find(int vertex, int edge) const {
    for (int k = start_[vertex]; k < start_[vertex + 1]; ++k)
        if (contacts_[k].edge == edge) return k;
    return -1;
}

double CornerEntrance::separation_of(const Solid& s, Vec2 normal) {
    double least = separation(s.corner, normal);
    for (const Corner& c : s.joined) least = std::min(least, separation(c, normal));
    return least;
}

int CornerEntrance::choose(int a, int b, double size, bool one_place) const {
    const double lip = tol_.lip * size;
    Solid A{a, corner_of(b_, a)}, B{b, corner_of(b_, b)};
    if (one_place) {
        if (one_solid(A, B, lip)) return -1;
    } else {
        gather(A, B, lip);
        gather(B, A, lip);
    }

    std::array<Option, 4> options;
    std::size_t count = 0;
    double best = -2.0;
    const auto add = [&](const Solid& cone, int edge, bool covered, Vec2 normal) {
        if (covered) return;
        const double s = separation_of(cone, normal);
        options[count++] = {{cone.vertex, edge}, s};
        best = std::max(best, s);
    };
    for (const auto& [cone, face] : {std::pair<const Solid&, const Solid&>{A, B}, {B, A}}) {
        const Vec2 out = face.corner.out, in = face.corner.in;
        add(cone, face.vertex, face.out_covered, {out.y, -out.x});
        add(cone, b_.previous[face.vertex], face.in_covered, {-in.y, in.x});
    }
    // Where rounding leaves no line, the nearest to one; in the notch of a solid there is truly none.
    const auto straight = [&](const Corner& c) { return dot(c.out, c.in) < -tol_.facing; };
    const bool solid = !A.joined.empty() || !B.joined.empty();
    if (count == 0 || (solid && best < -tol_.lip) ||
        (!one_place && best <= THROUGH && straight(A.corner) && straight(B.corner)))
        return -1;
    return last_crossed({options.data(), count}, std::min(0.0, best) - tol_.corner, tol_.corner * size, lip);
}

int CornerEntrance::last_crossed(std::span<const Option> options, double admissible, double eps, double lip) const {
    int chosen = -1;
    Merit best{};
    for (const Option& o : options) {
        const Line l = o.line;
        const int k = contacts_.find(l.vertex, l.edge);
        if (o.separation < admissible || k < 0) continue;
        const double now = measure(edge_frame(b_, l.edge), b_.position[l.vertex]).normal;
        const double then =
            measure(edge_frame(expected_[l.edge], expected_[b_.next[l.edge]]), expected_[l.vertex]).normal;
        const Merit merit{then > -lip ? std::max(then, 0.0) : then, then - now,
                          now + (contacts_[k].closed() ? eps : 0.0)};
        if (chosen < 0 || better(merit, best, eps)) {
            chosen = k;
            best = merit;
        }
    }
    return chosen;
}

void CornerEntrance::join(Solid& solid, const Corner& corner, bool covers_out, bool covers_in) {
    solid.joined.push_back(corner);
    solid.out_covered |= covers_out;
    solid.in_covered |= covers_in;
}

// Gather the blocks that are one solid with A or with B at this place. Returns true if A and B are one solid.
bool CornerEntrance::one_solid(Solid& A, Solid& B, double lip) const {
    const int a = b_.owner[A.vertex], b = b_.owner[B.vertex];
    // Pairs of fixed blocks are no near pairs, so ask the block that moves.
    for (const Contact& near : contacts_.of(b_.slot[a] >= 0 ? A.vertex : B.vertex)) {
        const int c = near.edge;  // the corner at which the edge starts
        if (b_.owner[c] == a || b_.owner[c] == b || norm(b_.position[c] - B.corner.at) > lip) continue;
        const Corner corner = corner_of(b_, c);
        const bool a_out = lies_against_out(corner, A.corner, lip), a_in = lies_against_in(corner, A.corner, lip);
        const bool b_out = lies_against_out(corner, B.corner, lip), b_in = lies_against_in(corner, B.corner, lip);
        const Hold to_a = a_out || a_in ? hold(A.vertex, c) : NONE, to_b = b_out || b_in ? hold(B.vertex, c) : NONE;
        if (to_a == to_b && to_a != NONE) return true;
        if (to_a > to_b) join(A, corner, a_out, a_in);
        if (to_b > to_a) join(B, corner, b_out, b_in);
    }
    return false;
}

// Gather the blocks that are tied to S, a corner apart from the other one: those that touch it may slide off it before
// the other one is there.
void CornerEntrance::gather(Solid& S, const Solid& other, double lip) const {
    const int s = b_.owner[S.vertex], o = b_.owner[other.vertex];
    for (const Contact& near : contacts_.of(b_.slot[s] >= 0 ? S.vertex : other.vertex)) {
        const int c = near.edge;
        if (b_.owner[c] == s || b_.owner[c] == o || norm(b_.position[c] - S.corner.at) > lip) continue;
        const Corner corner = corner_of(b_, c);
        const bool out = lies_against_out(corner, S.corner, lip), in = lies_against_in(corner, S.corner, lip);
        if ((out || in) && hold(S.vertex, c) == TIED) join(S, corner, out, in);
    }
}

Hold CornerEntrance::hold(int a, int b) const {
    if (b_.slot[b_.owner[a]] < 0 && b_.slot[b_.owner[b]] < 0) return TIED;
    for (const Line l : {Line{a, b}, Line{a, b_.previous[b]}, Line{b, a}, Line{b, b_.previous[a]}})
        if (const int k = contacts_.find(l.vertex, l.edge); k >= 0 && contacts_[k].state == ContactState::bonded)
            return TIED;
    return TOUCH;
}

}  // namespace dda
