// Material laws: strain and internal state in, stress, consistent tangent and new state out, many points at once. One
// abstract law, one file a law under laws/material/, one line a law in laws/material/registry.cpp.
//
// Second-order tensors are in Mandel notation, (xx, yy, zz, sqrt2 yz, sqrt2 xz, sqrt2 xy): the scalar product of two
// rows is that of the tensors. Tension is positive.
#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace dda {

inline constexpr int MANDEL = 6;
using Mandel = std::array<double, MANDEL>;

/// Points of a law, row after row.
struct MaterialPoints {
    std::span<const double> strain;      ///< (n, 6) total, small [-]
    std::span<const double> strain_old;  ///< (n, 6) at the last accepted state [-]
    std::span<const double> state;       ///< (n, k) at the last accepted state
    double dt = 0.0;                     ///< s
};

/// What a law answers, row after row.
struct MaterialAnswer {
    std::span<double> stress;   ///< (n, 6) Pa
    std::span<double> tangent;  ///< (n, 6, 6) d stress / d strain [Pa], row-major
    std::span<double> state;    ///< (n, k)
};

class MaterialLaw {
  public:
    virtual ~MaterialLaw() = default;
    virtual std::vector<std::string> state_names() const = 0;
    /// The tangent is symmetric in every state.
    virtual bool symmetric() const = 0;
    /// No tangent has a larger singular value (a symmetric one: no larger eigenvalue) [Pa].
    virtual double stiffest() const = 0;
    virtual void evaluate(const MaterialPoints& in, const MaterialAnswer& out) const = 0;
    /// Energy of strains (n, 6) [J/m3], (n), of a law without state: the work along the ray from no strain.
    virtual void energy(std::span<const double> strain, std::span<double> density) const;
    /// How many points, of strains (n, 6) and the states (n, k) that were answered there, are beyond what the law was
    /// taught: of a closed form none.
    virtual std::size_t untrusted(std::span<const double> /*strain*/, std::span<const double> /*state*/) const {
        return 0;
    }
};

using MaterialParameters = std::map<std::string, double>;

/// Throws std::invalid_argument for an unknown law and for a parameter that is missing.
std::unique_ptr<MaterialLaw> make_material_law(const std::string& name, const MaterialParameters& parameters);

}  // namespace dda
