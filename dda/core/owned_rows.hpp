// The equations of the blocks that one rank owns, as whole rows: symmetric part and friction, on the pattern of all
// near pairs, which stays until these are made anew.
#pragma once

#include <span>

#include "share.hpp"
#include "step_system.hpp"

namespace dda {

/// The system must have been assembled with these rows.
OwnedRows owned_rows(const StepSystem& system, std::span<const ContactRow> rows, const Share& share);

}  // namespace dda
