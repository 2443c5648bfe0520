// A way out where Newton's iteration runs in circles, from one set of contact states to the next and back: sweeps of
// block Gauss-Seidel over the contacts of the linearised step (Jourdan, Alart & Jean 1998),
//     A d = b + sum_c (n_c p_n + t_c p_t),   p_n = <lambda_n - k (g - g*)>,   p_t = clip(lambda_t - k s, -mu p_n, mu
//     p_n),
// with A the matrix of the step without contacts. One contact after the other takes the forces that solve its own law
// exactly, all others held: four cases (open, sticking, sliding to either side), of which one always fits. It needs no
// derivative and meets no kink. It is slow to the last digit, so it only finds the states; Newton's iteration ends it.
#pragma once

#include <span>
#include <vector>

#include "contact_rows.hpp"
#include "step_system.hpp"

namespace dda {

/// Compliance of a contact seen alone, its gap and sliding without its own forces, and what its law says of them.
struct LocalContact {
    double nn = 0.0, nt = 0.0, tt = 0.0;    ///< gap and sliding per force [m/(N/m)]
    double gap = 0.0, slide = 0.0;          ///< free of its own forces: g - g*, distance from the lock point [m]
    double stiff_n = 0.0, stiff_t = 0.0;    ///< k [N/m]
    double lambda_n = 0.0, lambda_t = 0.0;  ///< multipliers [N/m]
    double mu = 0.0;
    bool bilateral = false;
};

struct LocalForces {
    double n = 0.0, t = 0.0;  ///< N/m
};

/// The forces that solve the law of one contact.
LocalForces solve_local(const LocalContact& c);

/// Improve d (one a moving block) by sweeps at the multipliers of the rows, whose linearisation must stand at d. The
/// rows' forces are those of d. For schemes with theta = 1.
void sweep_contacts(const StepSystem& system, std::span<const ContactRow> rows, const Scheme& scheme,
                    std::span<Vec6> d);

}  // namespace dda
