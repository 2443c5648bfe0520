// The space of displacements: how a point of a manifold element moves with the unknowns.
//
//     u(x) = sum over the covers i of the element of w_i(x) sum_k p_k(A (x - x_i) / h_i) d_ik,   p_k = 1; X, Y; X^2, X
//     Y, ...
//
// w_i is a polynomial on each cell of the mathematical cover: affine on triangles, bilinear on rectangles, 1 on a block
// that is its own cover. Function k of cover i has the scalar number `number[first[i] + k]`, or -1 if it depends on the
// others and is left out; its two unknowns are 2 number and 2 number + 1.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "moments.hpp"
#include "polynomial.hpp"

namespace nmm {

inline constexpr int COVERS = 4;                         ///< most covers of an element
inline constexpr int FUNCTIONS = COVERS * monomials(2);  ///< most scalar functions of an element

struct Space {
    // One entry an element.
    std::vector<std::array<int, COVERS>> covers;  ///< physical covers, -1 where there are fewer
    std::vector<int> cell;                        ///< cell of the mathematical cover
    std::vector<int> edge_start;                  ///< into `edges`; one more than elements
    std::vector<Edge> edges;                      ///< boundary of each element, the element on the left [m]
    std::vector<Vec2> origin;                     ///< of the element's own frame [m]
    std::vector<double> scale;                    ///< of the element's own frame [m]

    // One entry a cell of the mathematical cover.
    std::vector<Vec2> cell_origin;                                   ///< [m]
    std::vector<double> cell_size;                                   ///< [m]
    std::vector<std::array<std::array<double, 6>, COVERS>> weights;  ///< in (x - cell_origin) / cell_size
    std::vector<std::array<Vec2, COVERS>> corners;                   ///< counter-clockwise [m]
    std::vector<int> corner_count;

    std::array<double, 4> axes{1, 0, 0, 1};  ///< A: along the sides of the cells where these are parallelograms

    // One entry a physical cover.
    std::vector<Vec2> centre;   ///< x_i [m]
    std::vector<double> width;  ///< h_i [m]
    std::vector<int> first;     ///< into `number`; one more than covers
    std::vector<int> number;    ///< of each function, -1 where it is left out
    int functions = 0;          ///< scalar functions that are kept

    int elements() const { return static_cast<int>(covers.size()); }
    int cover_count() const { return static_cast<int>(centre.size()); }
    int order(int cover) const {
        const int n = first[cover + 1] - first[cover];
        return n == 1 ? 0 : n == 3 ? 1 : 2;
    }
    std::span<const Edge> boundary(int element) const {
        return {edges.data() + edge_start[element], edges.data() + edge_start[element + 1]};
    }
    /// The whole cell that an element is part of.
    std::array<Edge, COVERS> whole(int cell) const;

    /// Give every element a frame of its own size: its integrals are then as exact in a sliver as in a whole cell.
    void make_frames();
};

/// The functions of an element in a frame (x - origin) / scale: kept ones only.
struct Basis {
    Vec2 origin;
    double scale = 1.0;
    int count = 0, degree = 0;
    std::array<int, FUNCTIONS> number{};
    std::array<Polynomial, FUNCTIONS> f{};
};

Basis basis_in(const Space& space, int element, Vec2 origin, double scale);
inline Basis basis_of(const Space& space, int element) {
    return basis_in(space, element, space.origin[element], space.scale[element]);
}

/// Values, x- and y-derivatives [1/m] of the functions at a point [m].
struct Values {
    int count = 0;
    std::array<int, FUNCTIONS> number{};
    std::array<double, FUNCTIONS> f{}, x{}, y{};
};
Values values_at(const Basis& basis, Vec2 point);

}  // namespace nmm
