// Friction coefficients of the contacts of a step, and the slip that belongs to the surfaces, whatever moves the
// points.
#pragma once

#include <span>
#include <vector>

#include "contact_rows.hpp"

namespace dda {

/// Read the joint laws: mu if it sticks and if it slides, of every row. speed: of sliding now, signed or not [m/s];
/// slip of the surface [m]; one a row. time: at the start of the step [s].
void read_joint_laws(std::span<ContactRow> rows, std::span<const Contact> contacts, const JointTable& joints,
                     std::span<const double> speed, std::span<const double> slip, double time, double dt);

/// Slip of a contact [m]: the moving surface carries it; where both move, the one that has slid further.
double surface_slip(const Blocks& blocks, const Contact& contact);

/// Add what the rows have slid in a step to the surfaces.
void add_surface_slip(Blocks& blocks, std::span<const Contact> contacts, std::span<const ContactRow> rows);

}  // namespace dda
