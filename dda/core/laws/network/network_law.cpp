#include "network_law.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <stdexcept>

#include "symmetries.hpp"

namespace dda::laws {

Axis::Axis(const std::array<double, 3>& n) {
    const double norm = std::sqrt(n[0] * n[0] + n[1] * n[1] + n[2] * n[2]);
    if (!(norm > 0.0)) throw std::invalid_argument("the axis of a law has no direction");
    double N[3][3];
    for (int i = 0; i < 3; ++i)
        for (int j = 0; j < 3; ++j) N[i][j] = n[i] * n[j] / (norm * norm);
    for (int a = 0; a < 6; ++a) {
        const int i = PAIR[a][0], j = PAIR[a][1];
        nn[a] = a < 3 ? N[i][j] : N[i][j] * ROOT2;
        for (int b = 0; b < 6; ++b) {
            const int k = PAIR[b][0], l = PAIR[b][1];
            const double c = 0.5 * (a < 3 ? 1.0 : ROOT2) * (b < 3 ? 1.0 : ROOT2);
            left_right[a][b] = c * ((i == k) * N[j][l] + (i == l) * N[j][k] + (j == l) * N[i][k] + (j == k) * N[i][l]);
        }
    }
}

namespace {

/// The numbers of a law that every point uses.
struct Constants {
    const Layers* net;
    const Axis* axis;
    double strain_scale, energy_scale, bulk, shear;
    Mandel rest{};      ///< sum_affine N_i(0) grad x_i: what the network alone would have at rest [-]
    double zero = 0.0;  ///< N(0) [-]
};

/// Eight points: strain (8, 6) to stress (8, 6) and tangent (8, 6, 6), row after row.
template <class Symmetry, class Activation>
DDA_INLINE void eight(const Constants& c, Workspace<Symmetry::COUNT>& work, const double* strain, double* stress,
                      double* tangent) {
    constexpr int N = Symmetry::COUNT;
    Lanes e[6], x[N], G[N][6];
    for (int k = 0; k < 6; ++k) {
        e[k] = all(0.0);
        for (int l = 0; l < LANES; ++l) e[k][l] = strain[6 * l + k];
        e[k] /= c.strain_scale;
    }
    Symmetry symmetry;
    symmetry.first(*c.axis, e, x, G);
    Jet<N> jet;
    evaluate_jet<N, Activation>(*c.net, x, work, jet);

    // stress = s_w / s sum_i (N_i - rest_i) grad x_i + k tr(eps) 1 + 2 g dev eps
    const double per_strain = c.energy_scale / c.strain_scale, per_square = per_strain / c.strain_scale;
    const Lanes trace = (e[0] + e[1] + e[2]) * c.strain_scale;
    const Lanes pressure = (c.bulk - 2.0 / 3.0 * c.shear) * trace;
    for (int k = 0; k < 6; ++k) {
        Lanes s = jet.gradient[0] * G[0][k];
        for (int i = 1; i < N; ++i) s += jet.gradient[i] * G[i][k];
        s = per_strain * (s - c.rest[k]) + (2.0 * c.shear * c.strain_scale) * e[k];
        if (k < 3) s += pressure;
        for (int l = 0; l < LANES; ++l) stress[6 * l + k] = s[l];
    }

    // tangent = s_w / s^2 (sum_ij N_ij grad x_i (x) grad x_j + sum_i N_i d2 x_i / d e2) + k 1 (x) 1 + 2 g dev
    Lanes T[TRIANGLE<6>];
    for (Lanes& t : T) t = all(0.0);
    symmetry.second(*c.axis, jet.gradient, T);
    for (int i = 0; i < N; ++i) {
        Lanes y[6];  // sum_j N_ij grad x_j
        for (int k = 0; k < 6; ++k) {
            y[k] = all(0.0);
            for (int j = 0; j < N; ++j)
                y[k] += jet.hessian[i >= j ? i * (i + 1) / 2 + j : j * (j + 1) / 2 + i] * G[j][k];
        }
        for (int a = 0, t = 0; a < 6; ++a)
            for (int b = 0; b <= a; ++b, ++t) T[t] += G[i][a] * y[b];
    }
    for (int a = 0, t = 0; a < 6; ++a)
        for (int b = 0; b <= a; ++b, ++t) {
            const double quadratic =
                (a == b ? 2.0 * c.shear : 0.0) + (a < 3 && b < 3 ? c.bulk - 2.0 / 3.0 * c.shear : 0.0);
            const Lanes d = per_square * T[t] + quadratic;
            for (int l = 0; l < LANES; ++l) tangent[36 * l + 6 * a + b] = tangent[36 * l + 6 * b + a] = d[l];
        }
}

/// All points by one piece of code, the last few with zeros beside them: a point has the same bits wherever it stands.
template <class Symmetry, class Activation>
DDA_INLINE void run(const Constants& c, const MaterialPoints& in, const MaterialAnswer& out) {
    Workspace<Symmetry::COUNT> work(*c.net);
    const std::size_t points = in.strain.size() / MANDEL;
    double strain[6 * LANES] = {}, stress[6 * LANES], tangent[36 * LANES];
    for (std::size_t p = 0; p < points; p += LANES) {
        const std::size_t here = std::min<std::size_t>(LANES, points - p);
        const bool whole = here == LANES;
        if (!whole) std::copy_n(&in.strain[6 * p], 6 * here, strain);
        eight<Symmetry, Activation>(c, work, whole ? &in.strain[6 * p] : strain, whole ? &out.stress[6 * p] : stress,
                                    whole ? &out.tangent[36 * p] : tangent);
        if (whole) continue;
        std::copy_n(stress, 6 * here, &out.stress[6 * p]);
        std::copy_n(tangent, 36 * here, &out.tangent[36 * p]);
    }
}

/// psi = s_w [N(x) - N(0) - rest . e] + k/2 (tr eps)^2 + g |dev eps|^2, eight points at a time.
template <class Symmetry, class Activation>
DDA_INLINE void run_energy(const Constants& c, std::span<const double> strain, std::span<double> density) {
    constexpr int N = Symmetry::COUNT;
    const auto z = std::make_unique_for_overwrite<Cell[]>(2 * c.net->widest());
    for (std::size_t p = 0; p < density.size(); p += LANES) {
        const std::size_t here = std::min<std::size_t>(LANES, density.size() - p);
        Lanes e[6], x[N], G[N][6];
        for (int k = 0; k < 6; ++k) {
            e[k] = all(0.0);
            for (std::size_t l = 0; l < here; ++l) e[k][l] = strain[6 * (p + l) + k];
            e[k] /= c.strain_scale;
        }
        Symmetry symmetry;
        symmetry.first(*c.axis, e, x, G);
        Lanes psi = evaluate_value<N, Activation>(*c.net, x, z.get()) - c.zero, square = all(0.0);
        for (int k = 0; k < 6; ++k) {
            psi -= c.rest[k] * e[k];
            square += e[k] * e[k];
        }
        const Lanes trace = e[0] + e[1] + e[2], deviator = square - trace * trace / 3.0;
        const double s2 = c.strain_scale * c.strain_scale;
        psi = c.energy_scale * psi + s2 * (0.5 * c.bulk * trace * trace + c.shear * deviator);
        for (std::size_t l = 0; l < here; ++l) density[p + l] = psi[l];
    }
}

// One function an instruction set, symmetry and activation: what can be cloned is not a template.
#define RUN(NAME, SYMMETRY, ACTIVATION)                                                                     \
    DDA_CLONES void NAME(const Constants& c, const MaterialPoints& in, const MaterialAnswer& out) {         \
        run<SYMMETRY, ACTIVATION>(c, in, out);                                                              \
    }                                                                                                       \
    DDA_CLONES void NAME##_energy(const Constants& c, std::span<const double> eps, std::span<double> psi) { \
        run_energy<SYMMETRY, ACTIVATION>(c, eps, psi);                                                      \
    }
RUN(isotropic_algebraic, Isotropic3, Algebraic)
RUN(isotropic_softplus, Isotropic3, Softplus)
RUN(transverse_algebraic, Transverse5, Algebraic)
RUN(transverse_softplus, Transverse5, Softplus)
RUN(anisotropic_algebraic, Anisotropic6, Algebraic)
RUN(anisotropic_softplus, Anisotropic6, Softplus)
#undef RUN

template <class Symmetry>
class NetworkLaw final : public MaterialLaw {
  public:
    /// Stress and tangent, and the energy.
    struct Run {
        void (*stress)(const Constants&, const MaterialPoints&, const MaterialAnswer&);
        void (*energy)(const Constants&, std::span<const double>, std::span<double>);
    };

    NetworkLaw(const NetworkParts& p, const Run& run)
        : net_(monotone(), p.weights, p.biases, p.out),
          axis_(p.axis),
          constants_{&net_, &axis_, 1.0, 1.0, 0.0, 0.0},
          run_(run),
          stiffest_(p.stiffest) {
        // Found by the code that every point goes through, with all scales one: the stress at rest is zero to the last
        // bit.
        const double zero[6] = {};
        double tangent[36];
        Mandel stress;
        double value = 0.0;
        run_.stress(constants_, {zero, zero, {}, 0.0}, {stress, tangent, {}});
        run_.energy(constants_, std::span<const double>(zero, MANDEL), std::span<double>(&value, 1));
        constants_ = {&net_, &axis_, p.strain_scale, p.energy_scale, p.bulk, p.shear, stress, value};
    }
    NetworkLaw(const NetworkLaw&) = delete;
    NetworkLaw& operator=(const NetworkLaw&) = delete;

    std::vector<std::string> state_names() const override { return {}; }
    bool symmetric() const override { return true; }
    double stiffest() const override { return stiffest_; }
    void evaluate(const MaterialPoints& in, const MaterialAnswer& out) const override {
        run_.stress(constants_, in, out);
    }
    void energy(std::span<const double> strain, std::span<double> density) const override {
        run_.energy(constants_, strain, density);
    }

  private:
    static std::array<bool, Symmetry::COUNT> monotone() {
        std::array<bool, Symmetry::COUNT> m{};
        for (int i = 0; i < Symmetry::COUNT; ++i) m[i] = !Symmetry::AFFINE[i];
        return m;
    }
    Layers net_;
    Axis axis_;
    Constants constants_;
    Run run_;
    double stiffest_;
};

template <class Symmetry>
std::unique_ptr<MaterialLaw> make(const NetworkParts& p, const typename NetworkLaw<Symmetry>::Run& algebraic,
                                  const typename NetworkLaw<Symmetry>::Run& softplus) {
    if (p.activation != "algebraic" && p.activation != "softplus")
        throw std::invalid_argument("unknown activation " + p.activation + "; there are algebraic, softplus");
    return std::make_unique<NetworkLaw<Symmetry>>(p, p.activation == "algebraic" ? algebraic : softplus);
}

}  // namespace

std::unique_ptr<MaterialLaw> network_law(const NetworkParts& p) {
    if (!(p.strain_scale > 0.0) || !(p.energy_scale > 0.0))
        throw std::invalid_argument("strain_scale and energy_scale are above 0");
    if (!(p.bulk > 0.0) || !(p.shear > 0.0))
        throw std::invalid_argument("bulk and shear are above 0: they keep the tangent definite");
    if (p.symmetry == "isotropic")
        return make<Isotropic3>(p, {isotropic_algebraic, isotropic_algebraic_energy},
                                {isotropic_softplus, isotropic_softplus_energy});
    if (p.symmetry == "transverse")
        return make<Transverse5>(p, {transverse_algebraic, transverse_algebraic_energy},
                                 {transverse_softplus, transverse_softplus_energy});
    if (p.symmetry == "anisotropic")
        return make<Anisotropic6>(p, {anisotropic_algebraic, anisotropic_algebraic_energy},
                                  {anisotropic_softplus, anisotropic_softplus_energy});
    throw std::invalid_argument("unknown symmetry " + p.symmetry + "; there are isotropic, transverse, anisotropic");
}

}  // namespace dda::laws
