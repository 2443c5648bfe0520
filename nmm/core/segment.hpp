// What a piece of boundary or of a joint adds: tractions, and conditions on the displacement or its jump.
//
// One kernel serves supports, rollers, springs, welded material boundaries and elastic joints. In direction a, with the
// outward normal n of the first element, the jump [u] = a . (u_1 - u_2) - g (u_2 = 0 on a boundary) and the mean stress
// vector {t} = a . (c_1 sigma_1 + c_2 sigma_2) n, it adds (Nitsche 1971)
//     int k [u] [v] - {t}(u) [v] - [u] {t}(v) ds.
// c_1 + c_2 = 1 is consistent: the exact solution satisfies it for any k, and k must only be large enough to keep the
// form positive. c_1 = c_2 = 0 leaves a spring of stiffness k [Pa/m].
#pragma once

#include <array>

#include "element.hpp"
#include "gauss.hpp"

namespace nmm {

struct Segment {
    int first = 0, second = -1;  ///< elements; -1 none
    Vec2 a, b;                   ///< ends, the first element on the left [m]
};

struct Condition {
    Segment where;
    Vec2 direction;                     ///< unit vector
    double stiffness = 0.0;             ///< k [Pa/m]
    std::array<double, 2> flux{};       ///< c_1, c_2
    std::array<double, GAUSS> given{};  ///< g at the Gauss points [m]
};

Local condition(const Space& space, const Condition& c, const Material& first, const Material& second);

/// The smallest number with int |t(u)|^2 ds <= number * energy(u) for every u on some elements [Pa/m]: how large k must
/// be. The energy is the elastic one of the elements and the ghost penalty of those whose root is among them; t(u) is
/// the stress vector in the directions of `conditions`, all on these elements (their first, or second, with weight 1).
double trace_constant(const Space& space, std::span<const int> elements, std::span<const int> roots,
                      std::span<const double> ghosts, std::span<const Condition> conditions,
                      std::span<const Material> materials);

/// load = int N^T t ds, t given at the Gauss points [Pa].
Local traction(const Space& space, const Segment& where, const std::array<Vec2, GAUSS>& t);

}  // namespace nmm
