#include "element.hpp"

namespace nmm {
namespace {

using Coefficients = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

// H_ij = int X^(a_i + a_j) Y^(b_i + b_j) dA: integrals of products of monomials up to `degree`, in the frame's unit.
Eigen::MatrixXd products(const Moments& m, int degree) {
    Eigen::MatrixXd H(monomials(degree), monomials(degree));
    for (int d = 0; d <= degree; ++d)
        for (int b = 0; b <= d; ++b)
            for (int e = 0; e <= degree; ++e)
                for (int f = 0; f <= e; ++f) H(place(d - b, b), place(e - f, f)) = m[place(d - b + e - f, b + f)];
    return H;
}

template <class Map>
Coefficients rows(const Basis& basis, int degree, Map map) {
    Coefficients c(basis.count, monomials(degree));
    for (int i = 0; i < basis.count; ++i) {
        const Polynomial p = map(basis.f[i]);
        for (int k = 0; k < monomials(degree); ++k) c(i, k) = p.c[k];
    }
    return c;
}

Polynomial same(const Polynomial& p) {
    return p;
}

}  // namespace

Local elastic(const Space& space, int element, const Material& material) {
    const Basis basis = basis_of(space, element);
    const int degree = basis.degree > 0 ? basis.degree - 1 : 0;
    const Moments m = moments(space.boundary(element), basis.origin, basis.scale, std::max(2 * degree, basis.degree));
    const Eigen::MatrixXd H = products(m, degree);
    const Coefficients X = rows(basis, degree, dx), Y = rows(basis, degree, dy), F = rows(basis, basis.degree, same);
    // The frame's unit cancels in products of two derivatives: (1 / s)^2 s^2.
    const Eigen::MatrixXd xx = X * H * X.transpose(), xy = X * H * Y.transpose(), yy = Y * H * Y.transpose();

    Local local(basis.count);
    const auto& D = material.D;
    const double s = basis.scale;
    for (int i = 0; i < basis.count; ++i) {
        local.number[i] = basis.number[i];
        for (int j = 0; j < basis.count; ++j) {
            const double a = xx(i, j), b = xy(i, j), c = xy(j, i), d = yy(i, j);  // (f_x f_x), (f_x g_y), (f_y g_x) ...
            local.matrix(2 * i, 2 * j) = D[0] * a + D[2] * (b + c) + D[8] * d;
            local.matrix(2 * i, 2 * j + 1) = D[1] * b + D[2] * a + D[5] * d + D[8] * c;
            local.matrix(2 * i + 1, 2 * j) = D[1] * c + D[2] * a + D[5] * d + D[8] * b;
            local.matrix(2 * i + 1, 2 * j + 1) = D[4] * d + D[5] * (b + c) + D[8] * a;
        }
        double fx = 0.0, fy = 0.0, f = 0.0;
        for (int k = 0; k < monomials(degree); ++k) fx += s * X(i, k) * m[k], fy += s * Y(i, k) * m[k];
        for (int k = 0; k < monomials(basis.degree); ++k) f += s * s * F(i, k) * m[k];
        const auto& t = material.initial;
        local.load(2 * i) = material.body.x * f - t[0] * fx - t[2] * fy;
        local.load(2 * i + 1) = material.body.y * f - t[1] * fy - t[2] * fx;
    }
    return local;
}

Local ghost(const Space& space, int element, int root, double stiffness) {
    const int cell = space.cell[element];
    const Vec2 origin = space.cell_origin[cell];
    const double size = space.cell_size[cell];
    const Basis own = basis_in(space, element, origin, size), other = basis_in(space, root, origin, size);
    const int degree = std::max(own.degree, other.degree), n = own.count + other.count;
    const auto sides = space.whole(cell);
    const Moments m =
        moments({sides.data(), static_cast<std::size_t>(space.corner_count[cell])}, origin, size, 2 * degree);
    Coefficients jump(n, monomials(degree));
    jump << rows(own, degree, same), -rows(other, degree, same);
    const Eigen::MatrixXd G = stiffness * jump * products(m, degree) * jump.transpose();

    Local local(n);
    for (int i = 0; i < n; ++i) {
        local.number[i] = i < own.count ? own.number[i] : other.number[i - own.count];
        for (int j = 0; j < n; ++j) local.matrix(2 * i, 2 * j) = local.matrix(2 * i + 1, 2 * j + 1) = G(i, j);
    }
    return local;
}

}  // namespace nmm
