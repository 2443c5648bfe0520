// rho(eps) the gauge of the trusted region (region.hpp), P = eps where rho <= 1, eps / rho beyond, g = d rho / d eps,
//     sigma(eps) = sigma_net(P) + D (eps - P),
//     d sigma / d eps = D + (C_net(P) - D) (I - eps (x) g / rho) / rho        beyond.
// Stress is continuous. Of a ball P shortens distances, so sigma is strictly monotone wherever |C_net - D| is under the
// least eigenvalue of D: the fall-back does not take uniqueness away; of an ellipsoid the ratio of its axes multiplies
// |C_net - D|. Newton's matrix wants a symmetric part that is positive definite: where it is not, the term of g is left
// out, and D + (C_net - D) / rho lies between two that are.
#include "trusted_law.hpp"

#include <algorithm>
#include <utility>

#include "../material/isotropic.hpp"
#include "definite.hpp"

namespace dda::laws {

namespace {

class TrustedLaw final : public MaterialLaw {
  public:
    TrustedLaw(std::shared_ptr<const MaterialLaw> learned, Region region, const MaterialParameters& closed)
        : learned_(std::move(learned)), region_(std::move(region)), closed_(closed) {
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
            if (region_.gauge(&in.strain[MANDEL * n]) > 1.0)
                go_on(&in.strain[MANDEL * n], &out.stress[MANDEL * n], &out.tangent[MANDEL * MANDEL * n]);
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
        for (std::size_t n = 0; n < strain.size() / MANDEL; ++n) count += region_.gauge(&strain[MANDEL * n]) > 1.0;
        return count;
    }

  private:
    /// P of every strain.
    std::vector<double> nearest(std::span<const double> strain) const {
        std::vector<double> within(strain.begin(), strain.end());
        for (std::size_t n = 0; n < strain.size() / MANDEL; ++n)
            if (const double rho = region_.gauge(&strain[MANDEL * n]); rho > 1.0)
                for (int k = 0; k < MANDEL; ++k) within[MANDEL * n + k] /= rho;
        return within;
    }

    /// From stress and tangent at the border to those at eps.
    void go_on(const double* eps, double* stress, double* C) const {
        double g[MANDEL];
        const double rho = region_.measure(eps, g), t = 1.0 / rho;
        Mandel beyond;
        for (int k = 0; k < MANDEL; ++k) beyond[k] = (1.0 - t) * eps[k];
        const Mandel more = closed_.stress(beyond);
        for (int k = 0; k < MANDEL; ++k) stress[k] += more[k];
        double along[MANDEL] = {};  // (C - D) eps / rho
        for (int i = 0; i < MANDEL; ++i)
            for (int j = 0; j < MANDEL; ++j) along[i] += t * (C[MANDEL * i + j] - D_[MANDEL * i + j]) * eps[j];
        double turned[MANDEL * MANDEL];
        for (int i = 0; i < MANDEL; ++i)
            for (int j = 0; j < MANDEL; ++j) {
                C[MANDEL * i + j] = D_[MANDEL * i + j] + t * (C[MANDEL * i + j] - D_[MANDEL * i + j]);
                turned[MANDEL * i + j] = C[MANDEL * i + j] - 0.5 * t * (along[i] * g[j] + along[j] * g[i]);
            }
        if (definite(turned, MANDEL)) std::copy(turned, turned + MANDEL * MANDEL, C);
    }

    std::shared_ptr<const MaterialLaw> learned_;
    Region region_;
    Isotropic closed_;
    double D_[MANDEL * MANDEL];
};

}  // namespace

std::unique_ptr<MaterialLaw> trusted_law(std::shared_ptr<const MaterialLaw> learned, Region region, double young,
                                         double poisson) {
    return std::make_unique<TrustedLaw>(std::move(learned), std::move(region),
                                        MaterialParameters{{"young", young}, {"poisson", poisson}});
}

}  // namespace dda::laws
