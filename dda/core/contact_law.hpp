// Forces of one contact row.
//
// For multipliers lambda_n, lambda_t of the outer (augmented Lagrangian) iterate:
//     rigid     p_n = <lambda_n - k (g - g*)>,              p_t = clip(lambda_t - k s, -mu p_n, mu p_n)
//     bonded    p_n =  lambda_n - k (g - g*),               p_t =      lambda_t - k s
//     spring K  p_n = K <-g>, bonded -K g; scheme conserving: the discrete gradient -(U(g1) - U(g0)) / (g1 - g0) of
//               U = K <-g>^2 / 2, g from the spring's rest, less c dg / dt where it is damped;
//                                                           p_t = clip(-K (s0 + theta ds), -mu q, mu q)
//               q is the spring's part of p_n and the mean of its damper's. A block that slides on springs k with
//               dampers c has K = D + sum k (n - mu t) n^T and C = sum c (n - mu t) n^T if the dampers rub: C is
//               unsymmetric too, and makes rocking grow from mu about 0.7 on, the more the more it damps. With C = sum
//               c n n^T it does not.
// with g the gap, s the distance from the lock point, s0 its value at the start and ds the sliding in the step. A
// clipped contact slides against its friction; dp_t/dg = -+ mu k couples it to the normal force and makes the tangent
// unsymmetric (Alart & Curnier 1991). The outer iterate takes lambda <- p; at its fixed point g = g*, s = 0, whatever k
// is, and |p_t| = mu p_n against the slip where there is slip (maximum dissipation).
#pragma once

#include "contact_rows.hpp"

namespace dda {

struct Forces {
    double n = 0.0, t = 0.0;              ///< N/m
    double stiff_n = 0.0, stiff_t = 0.0;  ///< -dn/dgap, -dt/dslide [N/m]
    double cross = 0.0;                   ///< -dt/dgap of a clipped contact [N/m]
    bool clipped = false;                 ///< the friction limit is reached
};

Forces contact_forces(const ContactRow& row, double gap, double slide, const Scheme& scheme);

/// First outer iterate of a step.
void begin_outer(ContactRow& row, const ContactOptions& options);

/// Linearise at the current gap and slide for the next solve.
void set_solve(ContactRow& row, const Scheme& scheme);
/// For the first solve of a step: linearise in the state that the contact had at the end of the last step.
void set_first_solve(ContactRow& row, const Scheme& scheme);

/// Take in the gap and slide of an iterate; returns by how much the linearised forces of the solve miss the true ones,
/// as a part of what is tolerated. q_n, q_t: increments of the solution along the rows [m].
double update_forces(ContactRow& row, double q_n, double q_t, const Scheme& scheme, const ContactOptions& options);

/// What the rigid contacts among the rows `awake`, bonds apart, are still to change by [N^2/m^2, sums of squares].
struct Unrest {
    double multipliers = 0.0;  ///< true forces less multipliers: what the outer iteration has to do
    double forces = 0.0;       ///< true forces less those of the solve: what the inner iteration has to do
    double step = 0.0;         ///< true forces less those of the last step: what the step has done
};
Unrest unrest(std::span<const ContactRow> rows, std::span<const int> awake, const Scheme& scheme);

/// How the multipliers of all rows are renewed, and what came of it.
struct Renewal {
    bool solved = true;   ///< the inner iteration has ended: what is missed now is what the multipliers before leave
    bool loose = false;   ///< the loose gap tolerance is enough
    bool rest = true;     ///< every row stood still
    bool near = true;     ///< every row did within `slow_slack` times its tolerance
    bool settled = true;  ///< every bond, fixed point and friction coefficient did
};

/// Renew the multipliers of a row.
void update_outer(ContactRow& row, const Scheme& scheme, const ContactOptions& options, Renewal& renewal);

/// Break the bond if its strength is exceeded. Called when everything else stands still.
bool break_bond(ContactRow& row, const ContactOptions& options);

/// Is the contact held by a spring that stores energy (true) or rigid (false)?
bool normal_spring(const ContactRow& row, const Scheme& scheme);
bool tangential_spring(const ContactRow& row, const Scheme& scheme);
double normal_stiffness(const ContactRow& row);
/// What the normal spring stores [J/m] at a gap [m].
double stored_normal(const ContactRow& row, double gap);
double tangential_stiffness(const ContactRow& row);

}  // namespace dda
