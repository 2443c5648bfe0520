// Polynomials in two variables, coefficients by degree: 1; x, y; x^2, x y, y^2; ...
#pragma once

#include <array>

namespace nmm {

/// Highest degree of a function on an element: a bilinear weight (2) times a local polynomial of order 2.
inline constexpr int DEGREE = 4;

constexpr int monomials(int degree) {
    return (degree + 1) * (degree + 2) / 2;
}
/// Place of x^a y^b.
constexpr int place(int a, int b) {
    return (a + b) * (a + b + 1) / 2 + b;
}

struct Polynomial {
    int degree = 0;
    std::array<double, monomials(DEGREE)> c{};

    double value(double x, double y) const {
        double sum = 0.0, xa = 1.0;
        for (int a = 0; a <= degree; ++a, xa *= x) {
            double term = xa;
            for (int b = 0; a + b <= degree; ++b, term *= y) sum += c[place(a, b)] * term;
        }
        return sum;
    }
};

inline Polynomial operator*(const Polynomial& p, const Polynomial& q) {
    Polynomial r{p.degree + q.degree, {}};
    for (int d = 0; d <= p.degree; ++d)
        for (int b = 0; b <= d; ++b)
            for (int e = 0; e <= q.degree; ++e)
                for (int f = 0; f <= e; ++f)
                    r.c[place(d - b + e - f, b + f)] += p.c[place(d - b, b)] * q.c[place(e - f, f)];
    return r;
}

/// d p / d x.
inline Polynomial dx(const Polynomial& p) {
    Polynomial r{p.degree > 0 ? p.degree - 1 : 0, {}};
    for (int a = 1; a <= p.degree; ++a)
        for (int b = 0; a + b <= p.degree; ++b) r.c[place(a - 1, b)] = a * p.c[place(a, b)];
    return r;
}

/// d p / d y.
inline Polynomial dy(const Polynomial& p) {
    Polynomial r{p.degree > 0 ? p.degree - 1 : 0, {}};
    for (int b = 1; b <= p.degree; ++b)
        for (int a = 0; a + b <= p.degree; ++a) r.c[place(a, b - 1)] = b * p.c[place(a, b)];
    return r;
}

}  // namespace nmm
