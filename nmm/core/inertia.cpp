#include "inertia.hpp"

namespace nmm {

Local inertia(const Space& space, int element, double density, const RigidMotion& motion) {
    const Basis basis = basis_of(space, element);
    const int degree = basis.degree;
    const Moments m = moments(space.boundary(element), basis.origin, basis.scale, std::max(2 * degree, degree + 1));
    const double s = basis.scale, weight = density * s * s;
    // v in the frame: (v_x - spin y, v_y + spin x) at its origin, and s X, s Y from there.
    const Vec2 arm = basis.origin - motion.about;
    const Vec2 v{motion.velocity.x - motion.spin * arm.y, motion.velocity.y + motion.spin * arm.x};

    Local local(basis.count);
    for (int i = 0; i < basis.count; ++i) {
        local.number[i] = basis.number[i];
        const Polynomial& f = basis.f[i];
        double one = 0.0, X = 0.0, Y = 0.0;  // int f, int f X, int f Y
        for (int d = 0; d <= f.degree; ++d)
            for (int b = 0; b <= d; ++b) {
                const double c = f.c[place(d - b, b)];
                one += c * m[place(d - b, b)];
                X += c * m[place(d - b + 1, b)];
                Y += c * m[place(d - b, b + 1)];
            }
        local.load(2 * i) = weight * (v.x * one - motion.spin * s * Y);
        local.load(2 * i + 1) = weight * (v.y * one + motion.spin * s * X);
        for (int j = 0; j <= i; ++j) {
            const Polynomial& g = basis.f[j];
            double sum = 0.0;
            for (int d = 0; d <= f.degree; ++d)
                for (int b = 0; b <= d; ++b)
                    for (int e = 0; e <= g.degree; ++e)
                        for (int h = 0; h <= e; ++h)
                            sum += f.c[place(d - b, b)] * g.c[place(e - h, h)] * m[place(d - b + e - h, b + h)];
            local.matrix(2 * i, 2 * j) = local.matrix(2 * i + 1, 2 * j + 1) = weight * sum;
            local.matrix(2 * j, 2 * i) = local.matrix(2 * j + 1, 2 * i + 1) = weight * sum;
        }
    }
    return local;
}

}  // namespace nmm
