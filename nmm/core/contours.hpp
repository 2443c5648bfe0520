// The boundary of bodies on covers, as the contact geometry of dda reads it: closed loops of vertices in dda::Blocks,
// one "block" an owner (a connected piece, or one face of a crack in it), and for each vertex how it moves with the
// unknowns.
//
// This is the Kinematics of a manifold: u(vertex) = sum_k w_k d_k over the functions k of its element, each with two
// unknowns. The row of a contact is a list of (function, coefficient), not the two Vec6 of blocks; a block that is its
// own cover has three functions, a triangle of order p three times as many as a cover has.
#pragma once

#include <span>
#include <vector>

#include "blocks.hpp"

namespace nmm {

using dda::Vec2;

struct Contours {
    dda::Blocks blocks;           ///< positions now; owners without unknowns have slot -1
    std::vector<Vec2> reference;  ///< of each vertex, undeformed [m]
    std::vector<int> start;       ///< of each vertex in `function` and `weight`; one more than vertices
    std::vector<int> function;
    std::vector<double> weight;
    std::vector<double> share;  ///< part of an edge that its start stands for, where faces match [-]

    int vertices() const { return static_cast<int>(reference.size()); }
    /// Displacement of a vertex under coefficients d [m].
    Vec2 displacement(int vertex, std::span<const double> d) const {
        Vec2 u;
        for (int k = start[vertex]; k < start[vertex + 1]; ++k) {
            u.x += weight[k] * d[2 * function[k]];
            u.y += weight[k] * d[2 * function[k] + 1];
        }
        return u;
    }
};

/// How far a contact between two points moves apart with the unknowns: u(vertex) - u(foot) = sum_k w_k d_k, and the
/// directions of its normal and tangential rows.
struct Stencil {
    std::vector<int> function;
    std::vector<double> weight;
    Vec2 n, t;

    Vec2 apart(std::span<const double> d) const {
        Vec2 u;
        for (std::size_t k = 0; k < function.size(); ++k) {
            u.x += weight[k] * d[2 * function[k]];
            u.y += weight[k] * d[2 * function[k] + 1];
        }
        return u;
    }
    /// f += normal * row n + shear * row t
    void add_force(double normal, double shear, std::span<double> f) const {
        const double x = normal * n.x + shear * t.x, y = normal * n.y + shear * t.y;
        for (std::size_t k = 0; k < function.size(); ++k) {
            f[2 * function[k]] += weight[k] * x;
            f[2 * function[k] + 1] += weight[k] * y;
        }
    }
};

/// A vertex against the point at the fraction `along` of an edge.
Stencil make_stencil(const Contours& contours, int vertex, int edge, double along);

/// The length that a contact carries [m]: on each side of the vertex, where its own edge faces the other face, half the
/// way to the next vertex of either face; its share of the edge where no vertex of the other face lies on it. Where two
/// vertices coincide the other face is followed beyond them. Shares of all contacts of two faces add up to their
/// overlap.
double contact_length(const Contours& contours, int vertex, int edge);

}  // namespace nmm
