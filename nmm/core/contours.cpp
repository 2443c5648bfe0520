#include "contours.hpp"

#include <algorithm>
#include <cmath>

#include "contact.hpp"

namespace nmm {
namespace {

// Of the smaller owner: vertices nearer than this are one place, as in dda's entrance.
constexpr double LIP = 1e-3;

// Cosine from which two faces carry each other; weighted as in dda by its 64th power.
constexpr double FACING = 0.5;
constexpr int SHARPNESS = 64;

// Edges of the other face that are followed, at most [-].
constexpr int FOLLOWED = 8;

// Distance from the vertex to the next vertex of the other face, in the direction `forward` along its edge [m].
double next_vertex(const dda::Blocks& b, Vec2 x, int edge, bool forward, double lip) {
    const Vec2 t = dda::edge_frame(b, edge).tangent;
    int at = edge;
    for (int k = 0; k < FOLLOWED; ++k) {
        const int end = forward ? b.next[at] : at;
        const double away = (forward ? 1.0 : -1.0) * dot(b.position[end] - x, t);
        if (away > lip) return away;
        at = forward ? b.next[at] : b.previous[at];
        if (dot(dda::edge_frame(b, at).tangent, t) < FACING) return 0.0;  // the face ends here
    }
    return 0.0;
}

}  // namespace

Stencil make_stencil(const Contours& c, int vertex, int edge, double along) {
    Stencil s;
    const auto add = [&](int v, double factor) {
        for (int k = c.start[v]; k < c.start[v + 1]; ++k) {
            const auto it = std::find(s.function.begin(), s.function.end(), c.function[k]);
            if (it == s.function.end()) {
                s.function.push_back(c.function[k]);
                s.weight.push_back(factor * c.weight[k]);
            } else {
                s.weight[it - s.function.begin()] += factor * c.weight[k];
            }
        }
    };
    add(vertex, 1.0);
    add(edge, along - 1.0);
    add(c.blocks.next[edge], -along);
    return s;
}

double contact_length(const Contours& contours, int vertex, int edge) {
    const dda::Blocks& b = contours.blocks;
    const dda::EdgeFrame f = dda::edge_frame(b, edge);
    const double lip = LIP * std::min(b.size[b.owner[vertex]], b.size[b.owner[edge]]);
    double length = 0.0;
    for (const int own : {vertex, b.previous[vertex]}) {
        const double facing = -dot(dda::edge_frame(b, own).normal, f.normal);
        if (facing < FACING) continue;
        const int other = own == vertex ? b.next[vertex] : own;
        const double away = dot(b.position[other] - b.position[vertex], f.tangent);
        const double reach = next_vertex(b, b.position[vertex], edge, away > 0.0, lip);
        const bool free = reach > std::abs(away) - lip;  // no vertex of the other face on this edge
        const double share = own == vertex ? contours.share[vertex] : 1.0 - contours.share[own];
        length += (free ? share * std::abs(away) : 0.5 * reach) * std::pow(facing, SHARPNESS);
    }
    return length;
}

}  // namespace nmm
