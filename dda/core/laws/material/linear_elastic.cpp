// Linear elasticity: sigma = D eps, no state.
#include <algorithm>

#include "isotropic.hpp"
#include "laws.hpp"

namespace dda::laws {

namespace {

class LinearElastic final : public MaterialLaw {
  public:
    explicit LinearElastic(const MaterialParameters& p) : elastic_(p) {}

    std::vector<std::string> state_names() const override { return {}; }
    bool symmetric() const override { return true; }
    double stiffest() const override { return elastic_.stiffest(); }
    void evaluate(const MaterialPoints& in, const MaterialAnswer& out) const override {
        for (std::size_t n = 0; n < in.strain.size() / MANDEL; ++n) {
            Mandel eps;
            std::copy_n(&in.strain[MANDEL * n], MANDEL, eps.begin());
            const Mandel sigma = elastic_.stress(eps);
            std::copy(sigma.begin(), sigma.end(), &out.stress[MANDEL * n]);
            elastic_.tangent(&out.tangent[MANDEL * MANDEL * n]);
        }
    }
    void energy(std::span<const double> strain, std::span<double> density) const override {
        for (std::size_t n = 0; n < density.size(); ++n) density[n] = elastic_.energy(&strain[MANDEL * n]);
    }

  private:
    Isotropic elastic_;
};

}  // namespace

std::unique_ptr<MaterialLaw> linear_elastic(const MaterialParameters& p) {
    return std::make_unique<LinearElastic>(p);
}

}  // namespace dda::laws
