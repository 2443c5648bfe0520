// Inertia of an element: the consistent mass, and the momentum of a rigid motion.
#pragma once

#include "local.hpp"

namespace nmm {

/// v(x) = velocity + spin J (x - about), J the quarter turn [m/s].
struct RigidMotion {
    Vec2 velocity;
    double spin = 0.0;
    Vec2 about;
};

/// M = int rho N^T N dA, load = int rho N^T v dA, exact. A space that holds the affine functions holds v, so M d = load
/// has its coefficients.
Local inertia(const Space& space, int element, double density, const RigidMotion& motion);

}  // namespace nmm
