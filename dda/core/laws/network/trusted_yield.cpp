// How far a point is from what was taught: q = max(|sigma| / s, |eps_p| / e) of the learned law's answer, 1 at the
// border. Between 1 and 1 + BAND the closed form takes over, both from the state that the point has:
//     sigma = (1 - w) sigma_net + w sigma_cl,   w = x^2 (3 - 2 x),   x = (q - 1) / BAND
//     d sigma / d eps = (1 - w) C_net + w C_cl + w' (sigma_cl - sigma_net) (x) dq/deps
// The plastic strain is mixed alike; both laws have one elasticity, so sigma = C (eps - eps_p) holds for the mixture. A
// law whose tangent is symmetric keeps that: its symmetric part is what Newton's matrix wants.
#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>

#include "../material/plastic.hpp"
#include "yield_law.hpp"

namespace dda::laws {
namespace {

constexpr double BAND = 0.1;  // as a part of the border: narrower costs iterations, wider believes the network longer

double norm(const double* v) {
    double sum = 0.0;
    for (int k = 0; k < MANDEL; ++k) sum += v[k] * v[k];
    return std::sqrt(sum);
}

class TrustedYield final : public MaterialLaw {
  public:
    TrustedYield(std::shared_ptr<const MaterialLaw> learned, double stress, double strain,
                 std::shared_ptr<const MaterialLaw> closed)
        : learned_(std::move(learned)),
          closed_(std::move(closed)),
          stress_(stress),
          strain_(strain),
          states_(learned_->state_names().size()) {
        const Mandel none{};
        std::vector<double> virgin(states_, 0.0), state(states_), sigma(MANDEL), C(MANDEL * MANDEL);
        learned_->evaluate({none, none, virgin, 0.0}, {sigma, C, state});
        G_ = 0.5 * C.back();
        lame_ = C[1];
    }

    std::vector<std::string> state_names() const override { return learned_->state_names(); }
    bool symmetric() const override { return learned_->symmetric() && (!closed_ || closed_->symmetric()); }
    double stiffest() const override {
        return closed_ ? std::max(learned_->stiffest(), closed_->stiffest()) : learned_->stiffest();
    }

    void evaluate(const MaterialPoints& in, const MaterialAnswer& out) const override {
        learned_->evaluate(in, out);
        if (!closed_) return;
        for (std::size_t n = 0; n < in.strain.size() / MANDEL; ++n) {
            const std::span<double> sigma = out.stress.subspan(MANDEL * n, MANDEL);
            const std::span<double> now = out.state.subspan(states_ * n, states_);
            const double q = distance(sigma.data(), now.data());
            if (q > 1.0 || std::isnan(q))
                mix(in.strain.subspan(MANDEL * n, MANDEL), in.state.subspan(states_ * n, states_), in.dt, q, sigma,
                    out.tangent.subspan(MANDEL * MANDEL * n, MANDEL * MANDEL), now);
        }
    }

    std::size_t untrusted(std::span<const double> strain, std::span<const double> state) const override {
        std::size_t count = 0;
        for (std::size_t n = 0; n < strain.size() / MANDEL; ++n) {
            Mandel e;
            double sigma[MANDEL];
            for (int i = 0; i < MANDEL; ++i) e[i] = strain[MANDEL * n + i] - state[states_ * n + i];
            for (int i = 0; i < MANDEL; ++i) sigma[i] = 2.0 * G_ * e[i] + (i < 3 ? lame_ * (e[0] + e[1] + e[2]) : 0.0);
            count += distance(sigma, &state[states_ * n]) > 1.0;
        }
        return count;
    }

  private:
    double distance(const double* stress, const double* state) const {
        return std::max(norm(stress) / stress_, norm(state) / strain_);
    }

    /// dq / d eps at the answer of the learned law.
    void slope(const double* sigma, const double* C, const double* now, double* out) const {
        std::fill_n(out, MANDEL, 0.0);
        const double size = norm(sigma), strained = norm(now);
        if (size / stress_ >= strained / strain_) {
            for (int i = 0; i < MANDEL; ++i)
                for (int j = 0; j < MANDEL; ++j) out[j] += sigma[i] * C[MANDEL * i + j] / (size * stress_);
            return;
        }
        // d eps_p = d eps - C^-1 d sigma: n - (C^-1 n) . C_net
        double n[MANDEL];
        for (int i = 0; i < MANDEL; ++i) n[i] = now[i] / (strained * strain_);
        const double part = lame_ / (3.0 * lame_ + 2.0 * G_) * (n[0] + n[1] + n[2]);
        for (int j = 0; j < MANDEL; ++j) out[j] = n[j];
        for (int i = 0; i < MANDEL; ++i)
            for (int j = 0; j < MANDEL; ++j) out[j] -= (n[i] - (i < 3 ? part : 0.0)) / (2.0 * G_) * C[MANDEL * i + j];
    }

    void mix(std::span<const double> strain, std::span<const double> old, double dt, double q, std::span<double> sigma,
             std::span<double> C, std::span<double> now) const {
        double stress[MANDEL], tangent[MANDEL * MANDEL], after[PLASTIC_STATES], toward[MANDEL] = {};
        closed_->evaluate({strain, strain, old.first(PLASTIC_STATES), dt}, {stress, tangent, after});
        const bool whole = !(q < 1.0 + BAND);  // one that has not returned is beyond, too
        const double x = whole ? 1.0 : (q - 1.0) / BAND, w = x * x * (3.0 - 2.0 * x);
        const double rate = 6.0 * x * (1.0 - x) / BAND;
        if (!whole) slope(sigma.data(), C.data(), now.data(), toward);
        double sum[MANDEL * MANDEL];
        for (int i = 0; i < MANDEL; ++i)
            for (int j = 0; j < MANDEL; ++j)
                sum[MANDEL * i + j] = whole ? tangent[MANDEL * i + j]
                                            : (1.0 - w) * C[MANDEL * i + j] + w * tangent[MANDEL * i + j] +
                                                  rate * (stress[i] - sigma[i]) * toward[j];
        for (int i = 0; i < MANDEL; ++i)
            for (int j = 0; j < MANDEL; ++j)
                C[MANDEL * i + j] =
                    symmetric() ? 0.5 * (sum[MANDEL * i + j] + sum[MANDEL * j + i]) : sum[MANDEL * i + j];
        const double hardened = old[PLASTIC_STATES] + after[EQUIVALENT] - old[EQUIVALENT];
        for (int i = 0; i < MANDEL; ++i) sigma[i] = whole ? stress[i] : (1.0 - w) * sigma[i] + w * stress[i];
        for (int k = 0; k < PLASTIC_STATES; ++k) now[k] = whole ? after[k] : (1.0 - w) * now[k] + w * after[k];
        now[PLASTIC_STATES] = whole ? hardened : (1.0 - w) * now[PLASTIC_STATES] + w * hardened;
    }

    std::shared_ptr<const MaterialLaw> learned_, closed_;
    double stress_, strain_, G_ = 0.0, lame_ = 0.0;
    std::size_t states_;
};

}  // namespace

std::unique_ptr<MaterialLaw> trusted_yield(std::shared_ptr<const MaterialLaw> learned, double stress, double strain,
                                           std::shared_ptr<const MaterialLaw> closed) {
    if (!(stress > 0.0) || !(strain > 0.0)) throw std::invalid_argument("the trust of a law is above 0");
    if (closed && closed->state_names() != plastic_state_names())
        throw std::invalid_argument("the fall-back of a law of yielding is one that yields");
    return std::make_unique<TrustedYield>(std::move(learned), stress, strain, std::move(closed));
}

}  // namespace dda::laws
