// Friction of a joint: one abstract law, one file a law under laws/, one line a law in laws/registry.cpp.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace dda {

/// What a law may depend on at one contact point.
struct JointPoint {
    double slip = 0.0;           ///< accumulated slip of the moving surface point [m]
    double speed = 0.0;          ///< sliding speed now [m/s], >= 0
    double normal_stress = 0.0;  ///< effective, compression positive [Pa]
    double temperature = 0.0;    ///< K
    bool sliding = false;        ///< sliding at the end of the last accepted step or in this iteration
    double state = 0.0;          ///< internal state, law's own unit
    double dt = 0.0;             ///< s
};

struct Friction {
    double mu = 0.0;           ///< friction coefficient, tan(phi)
    double dmu_dslip = 0.0;    ///< 1/m
    double dmu_dspeed = 0.0;   ///< s/m
    double dmu_dnormal = 0.0;  ///< 1/Pa
    double state = 0.0;        ///< after dt
};

class JointLaw {
  public:
    virtual ~JointLaw() = default;
    /// Evaluate all points at once (never one virtual call a point).
    virtual void evaluate(std::span<const JointPoint> points, std::span<Friction> out) const = 0;
};

using LawParameters = std::map<std::string, std::vector<double>>;

struct LawParameter {
    std::string name, unit, doc;
    bool list = false;
};

struct LawInfo {
    std::string name, doc;
    std::vector<LawParameter> parameters;
    std::unique_ptr<JointLaw> (*make)(const LawParameters&);
};

/// Every law known, in the order of the registry.
std::span<const LawInfo> joint_laws();
/// Throws std::invalid_argument for an unknown law or parameter.
std::unique_ptr<JointLaw> make_joint_law(const std::string& name, const LawParameters& parameters);
/// The law with its friction coefficient divided by `factor`, > 0.
std::unique_ptr<JointLaw> reduced(std::unique_ptr<JointLaw> law, double factor);

}  // namespace dda
