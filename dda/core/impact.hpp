// Plastic impact at the end of a step. The displacement-level solve leaves contacts closed, but the velocities
// v* = 2 d / dt - v still carry the normal speed with which a gap was closed, and the sliding speed of a contact that
// came to a stop. One velocity-level problem per step removes them by impulses:
//     M (v - v*) = G^T (P - p dt),   0 <= P_n  _|_  G_n v >= 0,   |P_t| <= mu P_n + c dt, opposite to G_t v,
// with P the total impulse of the step and p dt what the displacement-level solve already gave. Where contacts are
// quiet P = p dt solves it and nothing is done. The kinetic energy lost is the plastic impact energy (Carnot).
#pragma once

#include <span>
#include <vector>

#include "contact_rows.hpp"

namespace dda {

struct ImpactReport {
    int sweeps = 0;
    double external = 0.0;   ///< work that moving supports did through the impulses [J/m]
    double violation = 0.0;  ///< largest speed that the last sweep still changed [m/s]
};

/// Change `velocity` (one a moving block). `support` holds, a row, the part of the gap and sliding that the prescribed
/// motion of fixed blocks made in the step [m]. `speed_scale` [m/s] is a speed typical of the run, for the tolerance.
ImpactReport resolve_impacts(std::span<const ContactRow> rows, std::span<const std::array<double, 2>> support,
                             std::span<const Mat6> mass, std::span<Vec6> velocity, const Scheme& scheme, double dt,
                             double speed_scale);

}  // namespace dda
