// The energy ledger [J per metre of thickness], each entry from its own formula, none as a remainder.
#pragma once

namespace dda {

struct Ledger {
    double kinetic = 0.0;    ///< 1/2 v^T M v now
    double strain = 0.0;     ///< 1/2 sigma : C : sigma A now, less the value at the start
    double potential = 0.0;  ///< -m g . u of the centroids since the start
    double contact = 0.0;    ///< energy stored in springs now: contacts with a stiffness, bolts, held points
    double friction = 0.0;   ///< dissipated by sliding since the start
    double breakage = 0.0;   ///< spring energy lost when bonds or bolts broke
    double impact = 0.0;     ///< lost in plastic impacts
    double external = 0.0;   ///< work done on the blocks by loads, water, base motion and supports (not gravity)
    double scheme = 0.0;     ///< lost by the time scheme itself and by dashpots of absorbing edges
    double held = 0.0;       ///< part of `contact`: in numerical springs of scheme conserving
};

}  // namespace dda
