// Elasticity whose shear modulus is a power of the shear strain; the volume stays linear; no state.
//     psi = K/2 (tr eps)^2 + G e0^2 / (m + 1) ((1 + q / e0^2)^(m + 1) - 1),   q = dev eps : dev eps
//     sigma = K tr(eps) 1 + 2 G r dev eps,                                    r = (1 + q / e0^2)^m
//     d sigma / d eps = K 1 (x) 1 + 2 G (r I_dev + 2 m r / (e0^2 + q) dev eps (x) dev eps)
// m = -1/2 is the hyperbolic law of soils, |dev sigma| tends to 2 G e0; m > 0 stiffens. For m >= -1/2 psi is convex.
#include <algorithm>
#include <cmath>
#include <limits>

#include "isotropic.hpp"
#include "laws.hpp"

namespace dda::laws {

namespace {

class PowerElastic final : public MaterialLaw {
  public:
    explicit PowerElastic(const MaterialParameters& p)
        : elastic_(p), e0_(p.at("reference_strain")), m_(p.at("exponent")) {}

    std::vector<std::string> state_names() const override { return {}; }
    bool symmetric() const override { return true; }
    double stiffest() const override {
        return m_ > 0.0 ? std::numeric_limits<double>::infinity() : elastic_.stiffest();
    }
    void evaluate(const MaterialPoints& in, const MaterialAnswer& out) const override {
        const double K = elastic_.K, G2 = 2.0 * elastic_.G;
        for (std::size_t n = 0; n < in.strain.size() / MANDEL; ++n) {
            const double* eps = &in.strain[MANDEL * n];
            const double trace = eps[0] + eps[1] + eps[2];
            double e[MANDEL], q = 0.0;
            for (int i = 0; i < MANDEL; ++i) {
                e[i] = eps[i] - (i < 3 ? trace / 3.0 : 0.0);
                q += e[i] * e[i];
            }
            const double r = std::pow(1.0 + q / (e0_ * e0_), m_), along = 2.0 * m_ * G2 * r / (e0_ * e0_ + q);
            double* C = &out.tangent[MANDEL * MANDEL * n];
            for (int i = 0; i < MANDEL; ++i) {
                out.stress[MANDEL * n + i] = G2 * r * e[i] + (i < 3 ? K * trace : 0.0);
                for (int j = 0; j < MANDEL; ++j) {
                    const double both = i < 3 && j < 3 ? 1.0 : 0.0;
                    C[MANDEL * i + j] = K * both + G2 * r * ((i == j ? 1.0 : 0.0) - both / 3.0) + along * e[i] * e[j];
                }
            }
        }
    }
    void energy(std::span<const double> strain, std::span<double> density) const override {
        for (std::size_t n = 0; n < density.size(); ++n) {
            const double* eps = &strain[MANDEL * n];
            const double trace = eps[0] + eps[1] + eps[2];
            double q = -trace * trace / 3.0;
            for (int i = 0; i < MANDEL; ++i) q += eps[i] * eps[i];
            const double shear = std::expm1((m_ + 1.0) * std::log1p(std::max(q, 0.0) / (e0_ * e0_))) / (m_ + 1.0);
            density[n] = 0.5 * elastic_.K * trace * trace + elastic_.G * e0_ * e0_ * shear;
        }
    }

  private:
    Isotropic elastic_;
    double e0_, m_;
};

}  // namespace

std::unique_ptr<MaterialLaw> power_elastic(const MaterialParameters& p) {
    return std::make_unique<PowerElastic>(p);
}

}  // namespace dda::laws
