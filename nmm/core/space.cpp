#include "space.hpp"

#include <algorithm>

namespace nmm {
namespace {

// c(xi) with xi = stretch X + shift, as a polynomial in X.
Polynomial weight_in(const std::array<double, 6>& c, double stretch, Vec2 shift) {
    const double s = stretch, u = shift.x, v = shift.y;
    const bool affine = c[3] == 0.0 && c[4] == 0.0 && c[5] == 0.0;
    Polynomial p{affine ? (c[1] == 0.0 && c[2] == 0.0 ? 0 : 1) : 2, {}};
    p.c[0] = c[0] + c[1] * u + c[2] * v + c[3] * u * u + c[4] * u * v + c[5] * v * v;
    p.c[1] = s * (c[1] + 2.0 * c[3] * u + c[4] * v);
    p.c[2] = s * (c[2] + c[4] * u + 2.0 * c[5] * v);
    p.c[3] = s * s * c[3];
    p.c[4] = s * s * c[4];
    p.c[5] = s * s * c[5];
    return p;
}

// Monomial k = 0 ... 5 of the local polynomials at A (stretch X + shift).
Polynomial monomial_in(int k, const std::array<double, 4>& A, double stretch, Vec2 shift) {
    const Polynomial one{0, {1.0}};
    const Polynomial x{1, {A[0] * shift.x + A[1] * shift.y, stretch * A[0], stretch * A[1]}};
    const Polynomial y{1, {A[2] * shift.x + A[3] * shift.y, stretch * A[2], stretch * A[3]}};
    switch (k) {
        case 0:
            return one;
        case 1:
            return x;
        case 2:
            return y;
        case 3:
            return x * x;
        case 4:
            return x * y;
        default:
            return y * y;
    }
}

}  // namespace

std::array<Edge, COVERS> Space::whole(int c) const {
    std::array<Edge, COVERS> sides{};
    const int n = corner_count[c];
    for (int k = 0; k < n; ++k) sides[k] = {corners[c][k], corners[c][(k + 1) % n]};
    return sides;
}

void Space::make_frames() {
    origin.resize(covers.size());
    scale.resize(covers.size());
    for (int e = 0; e < elements(); ++e) {
        Vec2 low = boundary(e)[0].a, high = low;
        for (const Edge& edge : boundary(e)) {
            low = {std::min(low.x, edge.a.x), std::min(low.y, edge.a.y)};
            high = {std::max(high.x, edge.a.x), std::max(high.y, edge.a.y)};
        }
        origin[e] = 0.5 * (low + high);
        scale[e] = 0.5 * std::max(high.x - low.x, high.y - low.y);
    }
}

Basis basis_in(const Space& space, int element, Vec2 origin, double scale) {
    Basis basis{origin, scale, 0, 0, {}, {}};
    const int cell = space.cell[element];
    const double size = 1.0 / space.cell_size[cell];
    const Vec2 from_cell = size * (origin - space.cell_origin[cell]);
    for (int k = 0; k < COVERS; ++k) {
        const int cover = space.covers[element][k];
        if (cover < 0) break;
        const Polynomial weight = weight_in(space.weights[cell][k], scale * size, from_cell);
        const double width = 1.0 / space.width[cover];
        const Vec2 from_cover = width * (origin - space.centre[cover]);
        for (int j = space.first[cover]; j < space.first[cover + 1]; ++j) {
            if (space.number[j] < 0) continue;
            basis.number[basis.count] = space.number[j];
            basis.f[basis.count] = weight * monomial_in(j - space.first[cover], space.axes, scale * width, from_cover);
            basis.degree = std::max(basis.degree, basis.f[basis.count].degree);
            ++basis.count;
        }
    }
    return basis;
}

Values values_at(const Basis& basis, Vec2 point) {
    Values v;
    v.count = basis.count;
    v.number = basis.number;
    const double unit = 1.0 / basis.scale;
    const Vec2 X = unit * (point - basis.origin);
    for (int i = 0; i < basis.count; ++i) {
        v.f[i] = basis.f[i].value(X.x, X.y);
        v.x[i] = unit * dx(basis.f[i]).value(X.x, X.y);
        v.y[i] = unit * dy(basis.f[i]).value(X.x, X.y);
    }
    return v;
}

}  // namespace nmm
