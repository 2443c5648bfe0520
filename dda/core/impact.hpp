// Plastic impact at the end of a step. The displacement-level solve leaves contacts closed, but the velocities
// v* = 2 d / dt - v still carry the normal speed with which a gap was closed, and the sliding speed of a contact that
// came to a stop. One velocity-level problem per step removes them by impulses (Moreau 1988):
//     M (v - v*) = G^T (P - p dt),   0 <= P_n  _|_  G_n v - e w >= 0,   |P_t| <= mu P_n + c dt, opposite to G_t v,
// with P the total impulse of the step and p dt what the displacement-level solve already gave, e the restitution and w
// the speed of approach before the step. Where contacts are quiet P = p dt solves it and nothing is done. The
// kinetic energy lost is the plastic impact energy (Carnot).
//
// Solved by projected Gauss-Seidel over those contacts whose blocks still change: what rests is not visited again.
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

/// Largest speed that breaks the conditions [m/s]; where it is quiet nothing needs to be resolved.
double largest_violation(std::span<const ContactRow> rows, std::span<const std::array<double, 2>> support,
                         std::span<const Vec6> velocity, const Scheme& scheme, double dt);
/// Of the speed scale: slower than this is quiet.
inline constexpr double QUIET = 1e-5;
/// Does a contact take part in impacts?
bool takes_part(const ContactRow& row, const Scheme& scheme);

class ImpactSolver {
  public:
    /// Change `velocity` (one a moving block). `support` holds, a row, the part of the gap and sliding that the
    /// prescribed motion of fixed blocks made in the step [m]. `speed_scale` [m/s] is a speed typical of the run, for
    /// the tolerance.
    ImpactReport resolve(std::span<const ContactRow> rows, std::span<const std::array<double, 2>> support,
                         std::span<const Mat6> mass, std::span<Vec6> velocity, const Scheme& scheme, double dt,
                         double speed_scale);

  private:
    struct Direction {
        std::array<Vec6, 2> row, gain;  // gain = M^-1 row
        double compliance = 0.0;
    };
    struct Impact {
        std::array<int, 2> slot;
        std::array<double, 2> fixed;  // speed of the support in the gap and in the sliding [m/s]
        Direction n, t;
        double normal, shear;  // total impulses [N s/m]
        double mu, cohesion_impulse;
        double rebound;  // normal speed after the impact [m/s]
        bool bilateral, tangential;
        int visited = 0;  // sweep of the last visit
    };
    Direction direction(const std::array<int, 2>& slot, const std::array<Vec6, 2>& row) const;
    double change(Impact& c, const Direction& d, double speed, double impulse, double fixed, double& total,
                  std::span<Vec6> v, double& external) const;
    double sweep(std::span<Vec6> v, double quiet, int number, double& external);

    std::vector<Impact> impacts_;
    std::vector<Mat6> inverse_;  // of the masses
    std::vector<int> changed_;   // sweep in which a block's velocity last changed; the last entry stands for supports
};

}  // namespace dda
