// The energy of a law that does not know it: the work of its stress along the ray from no strain.
#include <vector>

#include "../../material_law.hpp"
#include "path.hpp"

namespace dda {

void MaterialLaw::energy(std::span<const double> strain, std::span<double> density) const {
    std::vector<double> at(strain.size()), stress(strain.size()), tangent(MANDEL * strain.size());
    for (double& w : density) w = 0.0;
    for (std::size_t g = 0; g < laws::LONG_WAY.at.size(); ++g) {
        for (std::size_t k = 0; k < strain.size(); ++k) at[k] = laws::LONG_WAY.at[g] * strain[k];
        evaluate({at, at, {}, 0.0}, {stress, tangent, {}});
        for (std::size_t k = 0; k < strain.size(); ++k)
            density[k / MANDEL] += laws::LONG_WAY.weight[g] * stress[k] * strain[k];
    }
}

}  // namespace dda
