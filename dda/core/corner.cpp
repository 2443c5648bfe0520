#include "corner.hpp"

#include <cmath>

namespace dda {
namespace {

bool coincide(Vec2 p, double p_length, Vec2 q, double q_length, double width) {
    return dot(p, q) > 0.0 && std::abs(cross(p, q)) * std::min(p_length, q_length) <= width;
}

}  // namespace

Corner make_corner(Vec2 before, Vec2 at, Vec2 after) {
    const Vec2 out = after - at, in = before - at;
    const double o = norm(out), i = norm(in);
    return {at, (1.0 / o) * out, (1.0 / i) * in, o, i};
}

bool lies_against_out(const Corner& c, const Corner& d, double width) {
    return coincide(c.in, c.in_length, d.out, d.out_length, width);
}

bool lies_against_in(const Corner& c, const Corner& d, double width) {
    return coincide(c.out, c.out_length, d.in, d.in_length, width);
}

}  // namespace dda
