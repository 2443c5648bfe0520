// With P the nearest strain of the trusted ball |eps| <= r, which is eps itself within it and r n beyond, n = eps /
// |eps|,
//     sigma(eps) = sigma_net(P) + D (eps - P),
//     d sigma / d eps = D + (C_net(P) - D) (r / |eps|) (I - n (x) n)        beyond.
// Stress is continuous. P shortens distances, so sigma is strictly monotone wherever |C_net - D| is under the least
// eigenvalue of D: the fall-back does not take uniqueness away. The tangent is given by its symmetric part, which
// Newton's matrix wants; in a radial step it is exact.
#include "trusted_law.hpp"

#include <cmath>
#include <stdexcept>
#include <utility>

#include "../material/isotropic.hpp"

namespace dda::laws {

namespace {

double norm(const double* eps) {
    double sum = 0.0;
    for (int k = 0; k < MANDEL; ++k) sum += eps[k] * eps[k];
    return std::sqrt(sum);
}

class TrustedLaw final : public MaterialLaw {
  public:
    TrustedLaw(std::shared_ptr<const MaterialLaw> learned, double trust, const MaterialParameters& closed)
        : learned_(std::move(learned)), trust_(trust), closed_(closed) {
        closed_.tangent(D_);
    }

    std::vector<std::string> state_names() const override { return learned_->state_names(); }
    bool symmetric() const override { return learned_->symmetric(); }
    double stiffest() const override { return std::max(learned_->stiffest(), closed_.stiffest()); }

    void evaluate(const MaterialPoints& in, const MaterialAnswer& out) const override {
        if (untrusted(in.strain, in.state) == 0) return learned_->evaluate(in, out);
        const std::vector<double> within = nearest(in.strain);
        learned_->evaluate({within, within, in.state, in.dt}, out);
        for (std::size_t n = 0; n < in.strain.size() / MANDEL; ++n)
            if (const double size = norm(&in.strain[MANDEL * n]); size > trust_)
                go_on(&in.strain[MANDEL * n], size, &out.stress[MANDEL * n], &out.tangent[MANDEL * MANDEL * n]);
    }

    /// Along the ray to eps P does not move beyond the border: psi_net(P) + sigma_net(P) . e + e . D e / 2, e = eps -
    /// P.
    void energy(std::span<const double> strain, std::span<double> density) const override {
        if (untrusted(strain, {}) == 0) return learned_->energy(strain, density);
        const std::vector<double> within = nearest(strain);
        std::vector<double> stress(strain.size()), tangent(MANDEL * strain.size());
        learned_->energy(within, density);
        learned_->evaluate({within, within, {}, 0.0}, {stress, tangent, {}});
        for (std::size_t n = 0; n < density.size(); ++n) {
            double beyond[MANDEL];
            for (int k = 0; k < MANDEL; ++k) {
                beyond[k] = strain[MANDEL * n + k] - within[MANDEL * n + k];
                density[n] += stress[MANDEL * n + k] * beyond[k];
            }
            density[n] += closed_.energy(beyond);
        }
    }

    std::size_t untrusted(std::span<const double> strain, std::span<const double> /*state*/) const override {
        std::size_t count = 0;
        for (std::size_t n = 0; n < strain.size() / MANDEL; ++n) count += norm(&strain[MANDEL * n]) > trust_;
        return count;
    }

  private:
    /// P of every strain.
    std::vector<double> nearest(std::span<const double> strain) const {
        std::vector<double> within(strain.begin(), strain.end());
        for (std::size_t n = 0; n < strain.size() / MANDEL; ++n)
            if (const double size = norm(&strain[MANDEL * n]); size > trust_)
                for (int k = 0; k < MANDEL; ++k) within[MANDEL * n + k] *= trust_ / size;
        return within;
    }

    /// From stress and tangent at the border to those at eps, |eps| = size.
    void go_on(const double* eps, double size, double* stress, double* C) const {
        const double t = trust_ / size;
        Mandel beyond;
        for (int k = 0; k < MANDEL; ++k) beyond[k] = (1.0 - t) * eps[k];
        const Mandel more = closed_.stress(beyond);
        for (int k = 0; k < MANDEL; ++k) stress[k] += more[k];
        double along[MANDEL] = {}, turned[MANDEL * MANDEL];  // (C - D) n
        for (int i = 0; i < MANDEL; ++i)
            for (int j = 0; j < MANDEL; ++j) along[i] += (C[MANDEL * i + j] - D_[MANDEL * i + j]) * eps[j] / size;
        for (int i = 0; i < MANDEL; ++i)
            for (int j = 0; j < MANDEL; ++j)
                turned[MANDEL * i + j] =
                    D_[MANDEL * i + j] + t * (C[MANDEL * i + j] - D_[MANDEL * i + j] - along[i] * eps[j] / size);
        for (int i = 0; i < MANDEL; ++i)
            for (int j = 0; j < MANDEL; ++j)
                C[MANDEL * i + j] = 0.5 * (turned[MANDEL * i + j] + turned[MANDEL * j + i]);
    }

    std::shared_ptr<const MaterialLaw> learned_;
    double trust_;
    Isotropic closed_;
    double D_[MANDEL * MANDEL];
};

}  // namespace

std::unique_ptr<MaterialLaw> trusted_law(std::shared_ptr<const MaterialLaw> learned, double trust, double young,
                                         double poisson) {
    if (!(trust > 0.0)) throw std::invalid_argument("the trust of a law is a strain above 0");
    return std::make_unique<TrustedLaw>(std::move(learned), trust,
                                        MaterialParameters{{"young", young}, {"poisson", poisson}});
}

}  // namespace dda::laws
