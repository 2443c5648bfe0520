// Isotropic linear elasticity in Mandel notation: sigma = K tr(eps) 1 + 2 G dev(eps).
#pragma once

#include "../../material_law.hpp"

namespace dda::laws {

struct Isotropic {
    double K;  ///< bulk modulus [Pa]
    double G;  ///< shear modulus [Pa]

    /// From Young's modulus [Pa] and Poisson's ratio: K = E / (3 (1 - 2 nu)), G = E / (2 (1 + nu)).
    explicit Isotropic(const MaterialParameters& p)
        : K(p.at("young") / (3.0 * (1.0 - 2.0 * p.at("poisson")))),
          G(p.at("young") / (2.0 * (1.0 + p.at("poisson")))) {}

    double lame() const { return K - 2.0 / 3.0 * G; }

    Mandel stress(const Mandel& eps) const {
        const double volumetric = lame() * (eps[0] + eps[1] + eps[2]);
        Mandel s;
        for (int i = 0; i < MANDEL; ++i) s[i] = 2.0 * G * eps[i] + (i < 3 ? volumetric : 0.0);
        return s;
    }
    /// sigma . eps / 2
    double energy(const double* eps) const {
        const double trace = eps[0] + eps[1] + eps[2];
        double square = 0.0;
        for (int i = 0; i < MANDEL; ++i) square += eps[i] * eps[i];
        return 0.5 * lame() * trace * trace + G * square;
    }
    /// The strain under a stress.
    Mandel strain(const Mandel& s) const {
        const double volumetric = (1.0 / (9.0 * K) - 1.0 / (6.0 * G)) * (s[0] + s[1] + s[2]);
        Mandel eps;
        for (int i = 0; i < MANDEL; ++i) eps[i] = s[i] / (2.0 * G) + (i < 3 ? volumetric : 0.0);
        return eps;
    }
    /// D = lame 1 (x) 1 + 2 G I
    void tangent(double* D) const {
        for (int i = 0; i < MANDEL; ++i)
            for (int j = 0; j < MANDEL; ++j)
                D[MANDEL * i + j] = (i == j ? 2.0 * G : 0.0) + (i < 3 && j < 3 ? lame() : 0.0);
    }
    /// Largest eigenvalue of D: 3 K (volumetric) or 2 G.
    double stiffest() const { return 3.0 * K > 2.0 * G ? 3.0 * K : 2.0 * G; }
};

}  // namespace dda::laws
