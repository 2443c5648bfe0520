// What an accepted step leaves of one contact, whatever moves its points: its energies, and its state for the next
// step.
#pragma once

#include "contact_rows.hpp"
#include "ledger.hpp"

namespace dda {

/// What the contact was before the step.
struct ContactBefore {
    bool closed = false, bonded = false;
};

/// Book the work of a row. q_n, q_t: change of the gap and sliding in the step along the rows [m]; the parts that
/// prescribed motion made, fixed_n and fixed_t, are among them.
void book_row(Ledger& ledger, const ContactRow& row, double q_n, double q_t, double fixed_n, double fixed_t,
              ContactBefore before, const Scheme& scheme);

/// Renew a contact from its row; edge_length [m] at the start of the step. Returns the energy its springs hold [J/m].
double renew_contact(Contact& contact, const ContactRow& row, double edge_length, const Scheme& scheme, double dt);

/// Energy of the numerical springs of a contact at a gap and a distance from the lock point [J/m].
double numerical_energy(const ContactRow& row, double gap, double offset);

}  // namespace dda
