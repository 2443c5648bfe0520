// Time schemes as a table. Both step by v_new = 2 d / dt - v and M (2 d / dt^2 - 2 v / dt) = f; they differ in where
// the force is taken: shi at the end of the step (Newmark beta = 1/2, gamma = 1: constant acceleration, damping about
// omega dt / 4), conserving in its middle (energy-momentum midpoint, contact springs by their discrete gradient).
// moreau-jean moves like shi, with the velocities after impact by Moreau's law.
#pragma once

#include <array>
#include <stdexcept>
#include <string>
#include <string_view>

namespace dda {

struct Scheme {
    std::string_view name;
    double theta;          ///< forces at start + theta (end - start)
    bool contact_springs;  ///< contacts are true springs (energy returns), not rigid with plastic impact
    bool inequalities;     ///< contact as complementarity: gaps closed more tightly, and told
};

inline constexpr std::array<Scheme, 3> SCHEMES{
    {{"shi", 1.0, false, false}, {"conserving", 0.5, true, false}, {"moreau-jean", 1.0, false, true}}};

inline const Scheme& find_scheme(std::string_view name) {
    for (const Scheme& s : SCHEMES)
        if (s.name == name) return s;
    throw std::invalid_argument("unknown time scheme '" + std::string(name) + "'");
}

}  // namespace dda
