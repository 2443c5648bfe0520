// Elastoplasticity of an isotropic body, one backward Euler step a point.
//
// State of a point: plastic strain (6, Mandel), equivalent plastic strain, plastic work.
//     sigma_tr = D (eps - eps_p),   sigma = R(sigma_tr),   eps_p' = eps_p + D^-1 (sigma_tr - sigma)
//     kappa' = kappa + sqrt(2/3) |d eps_p| = kappa + g,   w' = w + sigma : d eps_p - H g^2 / 2
// H is the slope of the yield stress over kappa, which rises in the step: int y dkappa = (y' - H g / 2) g.
// R is the return map of the law; it also gives the consistent tangent d sigma / d eps.
#pragma once

#include <algorithm>
#include <cmath>

#include "isotropic.hpp"

namespace dda::laws {

inline constexpr int EQUIVALENT = 6, WORK = 7, PLASTIC_STATES = 8;

inline std::vector<std::string> plastic_state_names() {
    return {"plastic_xx", "plastic_yy", "plastic_zz", "plastic_yz", "plastic_xz", "plastic_xy", "equivalent", "work"};
}

/// map(trial, kappa, stress, tangent): whether it yields; where it does not, stress and tangent stay as they are.
/// hardening: H [Pa].
template <class Map>
void return_all(const Isotropic& elastic, const MaterialPoints& in, const MaterialAnswer& out, Map map,
                double hardening = 0.0) {
    for (std::size_t n = 0; n < in.strain.size() / MANDEL; ++n) {
        const double* old = &in.state[PLASTIC_STATES * n];
        double* now = &out.state[PLASTIC_STATES * n];
        double* tangent = &out.tangent[MANDEL * MANDEL * n];
        std::copy_n(old, PLASTIC_STATES, now);
        Mandel eps;
        for (int i = 0; i < MANDEL; ++i) eps[i] = in.strain[MANDEL * n + i] - old[i];
        const Mandel trial = elastic.stress(eps);
        Mandel sigma = trial;
        elastic.tangent(tangent);
        if (map(trial, old[EQUIVALENT], sigma, tangent)) {
            Mandel loss;
            for (int i = 0; i < MANDEL; ++i) loss[i] = trial[i] - sigma[i];
            const Mandel flow = elastic.strain(loss);
            double square = 0.0, work = 0.0;
            for (int i = 0; i < MANDEL; ++i) {
                now[i] += flow[i];
                square += flow[i] * flow[i];
                work += sigma[i] * flow[i];
            }
            now[EQUIVALENT] += std::sqrt(2.0 / 3.0 * square);
            now[WORK] += work - hardening * square / 3.0;
        }
        std::copy(sigma.begin(), sigma.end(), &out.stress[MANDEL * n]);
    }
}

/// p = tr(sigma) / 3 and |s|, s = sigma - p 1; s is returned in `deviator`.
inline double split(const Mandel& sigma, double& p, Mandel& deviator) {
    p = (sigma[0] + sigma[1] + sigma[2]) / 3.0;
    double square = 0.0;
    for (int i = 0; i < MANDEL; ++i) {
        deviator[i] = sigma[i] - (i < 3 ? p : 0.0);
        square += deviator[i] * deviator[i];
    }
    return std::sqrt(square);
}

}  // namespace dda::laws
