// Forces and states of one contact row: what the next solve assumes, and what its solution makes of it.
//
// Rigid contact (no physical stiffness; scheme shi, or bonded): augmented Lagrangian. The solve uses
//     p_n = lambda_n - k (g - g*),   p_t = lambda_t - k s,          s = distance from the lock point,
// and the multipliers are then lambda <- p. At the fixed point g = g*, s = 0 whatever k is.
// Spring (physical stiffness K, or the penalty as a true spring in scheme conserving): energy U = K <-g>^2 / 2, force
// by the discrete gradient p_n = -(U(g_1) - U(g_0)) / (g_1 - g_0) in scheme conserving, p_n = K <-g_1> in scheme shi.
// Coulomb: |p_t| <= mu p_n + c l; sliding acts against the slip, and a contact whose slip would follow its friction
// force sticks (maximum dissipation).
#pragma once

#include "contact_rows.hpp"

namespace dda {

struct Verdict {
    bool changed = false;   ///< the state is another one than the last solve assumed
    bool converged = true;  ///< gap, creep and friction force stand still within their tolerances
};

/// Set the forces and stiffnesses of the next solve from the state and the multipliers.
void set_solve(ContactRow& row, const Scheme& scheme, const ContactOptions& options);

/// Take in the solution (gap, slide measured; q_n, q_t the linear increments): new forces, new state.
Verdict update_state(ContactRow& row, double q_n, double q_t, const Scheme& scheme, const ContactOptions& options);

/// Break the bond if its strength is exceeded. Called when everything else stands still.
bool break_bond(ContactRow& row, const ContactOptions& options);

/// Is the contact held by a spring that stores energy (true) or rigid (false)?
bool normal_spring(const ContactRow& row, const Scheme& scheme);
bool tangential_spring(const ContactRow& row, const Scheme& scheme);
double normal_stiffness(const ContactRow& row);
double tangential_stiffness(const ContactRow& row);

}  // namespace dda
