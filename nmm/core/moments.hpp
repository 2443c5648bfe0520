// Exact integrals of monomials over a polygon of any shape, by simplices.
//
// The signed triangles (0, p1, p2) of all edges cover the polygon. On one of them, x = r p(s) with p(s) on the edge,
// r, s in (0, 1), dA = J r dr ds and J = x1 y2 - x2 y1, so that a monomial of degree d = a + b gives
//     int x^a y^b dA = J / (d + 2) int_0^1 x(s)^a y(s)^b ds,
// and Gauss-Legendre integrates the polynomial in s exactly. d = 0, 1, 2 are Shi's simplex formulas.
#pragma once

#include <array>
#include <span>

#include "polynomial.hpp"
#include "types.hpp"

namespace nmm {

using dda::Vec2;

struct Edge {
    Vec2 a, b;
};

/// int X^a Y^b dA at place(a, b), a + b <= 2 DEGREE; X = (x - origin) / scale, so all are in units of scale^2.
using Moments = std::array<double, monomials(2 * DEGREE)>;

/// Edges run with the polygon on their left, around holes too; only degrees up to `degree` are filled.
Moments moments(std::span<const Edge> edges, Vec2 origin, double scale, int degree);

}  // namespace nmm
