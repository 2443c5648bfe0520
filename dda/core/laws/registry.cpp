// Every joint law by name. To add one: a file in this folder that defines `LawInfo <name>()`, and its line here.
#include <stdexcept>

#include "../joint_law.hpp"

#define JOINT_LAWS(LAW)     \
    LAW(mohr_coulomb)       \
    LAW(static_kinetic)     \
    LAW(slip_weakening)     \
    LAW(velocity_weakening) \
    LAW(network_friction)   \
    LAW(slip_rate)          \
    LAW(table)

namespace dda {

namespace laws {
#define DECLARE(name) LawInfo name();
JOINT_LAWS(DECLARE)
#undef DECLARE
}  // namespace laws

std::span<const LawInfo> joint_laws() {
#define CALL(name) laws::name(),
    static const LawInfo all[] = {JOINT_LAWS(CALL)};
#undef CALL
    return all;
}

namespace {

void check_parameters(const LawInfo& law, const LawParameters& given) {
    for (const LawParameter& p : law.parameters) {
        const auto it = given.find(p.name);
        if (it == given.end()) throw std::invalid_argument("joint law " + law.name + " needs the parameter " + p.name);
        if (!p.list && it->second.size() != 1)
            throw std::invalid_argument("parameter " + p.name + " of joint law " + law.name + " is one number");
    }
    if (given.size() > law.parameters.size())
        throw std::invalid_argument("joint law " + law.name + " was given a parameter that it does not have");
}

}  // namespace

std::unique_ptr<JointLaw> make_joint_law(const std::string& name, const LawParameters& parameters) {
    for (const LawInfo& law : joint_laws()) {
        if (law.name != name) continue;
        check_parameters(law, parameters);
        return law.make(parameters);
    }
    throw std::invalid_argument("unknown joint law " + name);
}

}  // namespace dda
