// State of a point: that of plastic.hpp (plastic strain, equivalent plastic strain, plastic work) and the hardening
// variable k. The return of an isotropic law keeps the principal directions of the trial stress. Where a point does not
// return, which no surface that was met yet has brought about, stress and tangent are not numbers: the step fails.
#include "yield_law.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "../material/plastic.hpp"
#include "../material/spectral.hpp"

namespace dda::laws {
namespace {

constexpr int HARDENING = PLASTIC_STATES, STATES = PLASTIC_STATES + 1;

// Distance of two principal trial stresses in units of the strength under which they count as one [-].
constexpr double SAME = 1e-9;

MaterialParameters elastic_numbers(double K, double G) {
    return {{"young", 9.0 * K * G / (3.0 * K + G)}, {"poisson", (3.0 * K - 2.0 * G) / (2.0 * (3.0 * K + G))}};
}

class YieldLaw final : public MaterialLaw {
  public:
    explicit YieldLaw(const YieldParts& p)
        : elastic_(elastic_numbers(p.bulk, p.shear)),
          unit_(p.unit),
          bound_(p.bound),
          associated_(!p.potential),
          map_(p.bulk, p.shear, p.unit, Surface(p.surface),
               p.potential ? std::optional<Surface>(Surface(*p.potential)) : std::nullopt, p.hardening) {}

    std::vector<std::string> state_names() const override {
        auto names = plastic_state_names();
        names.push_back("hardening");
        return names;
    }
    bool symmetric() const override { return associated_; }
    double stiffest() const override { return std::max(elastic_.stiffest(), bound_); }

    void evaluate(const MaterialPoints& in, const MaterialAnswer& out) const override {
        for (std::size_t n = 0; n < in.strain.size() / MANDEL; ++n)
            point(&in.strain[MANDEL * n], &in.state[STATES * n], &out.stress[MANDEL * n],
                  &out.tangent[MANDEL * MANDEL * n], &out.state[STATES * n]);
    }

  private:
    void point(const double* strain, const double* old, double* stress, double* C, double* now) const {
        std::copy_n(old, STATES, now);
        Mandel e;
        for (int i = 0; i < MANDEL; ++i) e[i] = strain[i] - old[i];
        const Mandel trial = elastic_.stress(e);
        std::copy(trial.begin(), trial.end(), stress);
        elastic_.tangent(C);
        const Spectrum at = spectrum(trial);
        const Vec3 t = at.value / unit_;
        if (!map_.outside(t, old[HARDENING])) return;
        const Returned back = map_.solve(t, old[HARDENING]);
        if (!back.found) {
            std::fill_n(stress, MANDEL, std::numeric_limits<double>::quiet_NaN());
            std::fill_n(C, MANDEL * MANDEL, std::numeric_limits<double>::quiet_NaN());
            return;
        }
        const Mandel sigma = assemble(unit_ * back.t, at.direction);
        const Mat3 D = elastic_.lame() * Mat3::Ones() + 2.0 * elastic_.G * Mat3::Identity(), T = back.slope * D;
        assemble_tangent(T, shears(t, back.t, T), at.direction, C);
        Mandel loss;
        for (int i = 0; i < MANDEL; ++i) loss[i] = trial[i] - sigma[i];
        const Mandel flow = elastic_.strain(loss);
        double square = 0.0, work = 0.0;
        for (int i = 0; i < MANDEL; ++i) {
            now[i] += flow[i];
            square += flow[i] * flow[i];
            work += sigma[i] * flow[i];
        }
        now[EQUIVALENT] += std::sqrt(2.0 / 3.0 * square);
        now[WORK] += work;
        now[HARDENING] = back.k;
        std::copy(sigma.begin(), sigma.end(), stress);
    }

    /// (s_i - s_j) / (e_i - e_j), e_i - e_j = (s_tr,i - s_tr,j) / 2 G, of the pairs (0, 1), (1, 2), (0, 2).
    Vec3 shears(const Vec3& trial, const Vec3& t, const Mat3& T) const {
        constexpr int PAIRS[3][2] = {{0, 1}, {1, 2}, {0, 2}};
        Vec3 shear;
        for (int k = 0; k < 3; ++k) {
            const auto [i, j] = PAIRS[k];
            const double gap = trial[i] - trial[j];
            shear[k] = gap > SAME ? 2.0 * elastic_.G * (t[i] - t[j]) / gap : T(i, i) - T(i, j);
        }
        return shear;
    }

    Isotropic elastic_;
    double unit_, bound_;
    bool associated_;
    ReturnMap map_;
};

}  // namespace

std::unique_ptr<MaterialLaw> yield_law(const YieldParts& p) {
    if (!(p.bulk > 0.0) || !(p.shear > 0.0) || !(p.unit > 0.0))
        throw std::invalid_argument("bulk, shear and the unit of a law of yielding are above 0");
    if (p.hardening.amounts.size() != p.hardening.scales.size())
        throw std::invalid_argument("hardening has as many amounts as scales");
    return std::make_unique<YieldLaw>(p);
}

}  // namespace dda::laws
