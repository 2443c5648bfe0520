// Convex, increasing activations with two derivatives.
#pragma once

#include "lanes.hpp"

namespace dda::laws {

struct Activated {
    Lanes value, slope, curvature;
};

/// a = (x + r) / 2, r = sqrt(x^2 + 1):   a' = (1 + x / r) / 2,   a'' = 1 / (2 r^3)
struct Algebraic {
    DDA_INLINE static void apply(const Lanes& x, Activated& out) {
        const Lanes r = root(x * x + 1.0);
        const Lanes inverse = 1.0 / r;
        out.value = 0.5 * (x + r);
        out.slope = 0.5 * (x * inverse + 1.0);
        out.curvature = 0.5 * inverse * inverse * inverse;
    }
};

/// a = ln(1 + exp x) = max(x, 0) + ln(1 + t), t = exp(-|x|):   a' = 1 / (1 + exp(-x)),   a'' = t / (1 + t)^2
struct Softplus {
    DDA_INLINE static void apply(const Lanes& x, Activated& out) {
        constexpr double FARTHEST = -708.0;  // exp of less is not a normal number
        const Lanes low = x < 0.0 ? x : -x;
        const Lanes t = exp_negative(low < FARTHEST ? all(FARTHEST) : low);
        const Lanes inverse = 1.0 / (t + 1.0);
        out.value = (x > 0.0 ? x : all(0.0)) + log1p_unit(t);
        out.slope = x > 0.0 ? inverse : t * inverse;
        out.curvature = t * inverse * inverse;
    }
};

}  // namespace dda::laws
