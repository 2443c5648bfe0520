// Every material law by name. To add one: a file in this folder, its line in laws.hpp, and its line here.
#include <stdexcept>

#include "laws.hpp"

namespace dda {

namespace {

struct Entry {
    const char* name;
    std::unique_ptr<MaterialLaw> (*make)(const MaterialParameters&);
};

constexpr Entry LAWS[] = {
    {"elastic", laws::linear_elastic},
    {"power-elastic", laws::power_elastic},
    {"mohr-coulomb", laws::mohr_coulomb_material},
    {"drucker-prager", laws::drucker_prager},
    {"von-mises", laws::von_mises},
};

}  // namespace

std::unique_ptr<MaterialLaw> make_material_law(const std::string& name, const MaterialParameters& parameters) {
    for (const Entry& law : LAWS) {
        if (name != law.name) continue;
        try {
            return law.make(parameters);
        } catch (const std::out_of_range&) {
            throw std::invalid_argument("a parameter of the material law " + name + " is missing");
        }
    }
    throw std::invalid_argument("unknown material law " + name);
}

}  // namespace dda
