#include "moments.hpp"

#include "gauss.hpp"

namespace nmm {

Moments moments(std::span<const Edge> edges, Vec2 origin, double scale, int degree) {
    Moments sum{};
    const double unit = 1.0 / scale;
    for (const Edge& edge : edges) {
        const Vec2 p = unit * (edge.a - origin), q = unit * (edge.b - origin);
        const double J = dda::cross(p, q);
        for (int g = 0; g < GAUSS; ++g) {
            const Vec2 x = p + GAUSS_POINT[g] * (q - p);
            double along = GAUSS_WEIGHT[g] * J;  // w J x^a
            for (int a = 0; a <= degree; ++a, along *= x.x) {
                double term = along;
                for (int b = 0; a + b <= degree; ++b, term *= x.y) sum[place(a, b)] += term / (a + b + 2);
            }
        }
    }
    return sum;
}

}  // namespace nmm
