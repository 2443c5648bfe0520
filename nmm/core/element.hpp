// What an element adds: elasticity, initial stress and body force; and the ghost penalty of a sliver.
#pragma once

#include <array>

#include "local.hpp"

namespace nmm {

/// Stress (xx, yy, xy) = D (xx, yy, 2 xy) + initial [Pa]; body force [N/m3].
struct Material {
    std::array<double, 9> D{};
    std::array<double, 3> initial{};
    Vec2 body;
};

/// K = int B^T D B dA, load = int N^T b dA - int B^T sigma_0 dA, exact.
Local elastic(const Space& space, int element, const Material& material);

/// stiffness / h^2 int |u_e - u_r|^2 over the whole cell of e: the polynomial of an element that has lost most of its
/// cell is tied to that of its root r, continued over the cell. Zero for every polynomial that the space contains.
Local ghost(const Space& space, int element, int root, double stiffness);

}  // namespace nmm
