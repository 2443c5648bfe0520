#include "contact_sweeps.hpp"

#include <algorithm>
#include <cmath>

#include "contact_law.hpp"

namespace dda {
namespace {

constexpr int MAX_SWEEPS = 100;   // what is left then is for Newton's iteration, or the next sweeps
constexpr double SETTLED = 1e-6;  // of the force scale: largest change of a contact force in the last sweep

struct Entry {
    std::array<int, 2> slot;
    std::array<Vec6, 2> n, t, gain_n, gain_t;  // gain = A^-1 row
    LocalContact law;                          // gap and slide at d = 0 along the rows
    LocalForces force;
    double scale;
};

Entry make_entry(const ContactRow& r, const std::vector<Mat6>& inverse, const Scheme& scheme) {
    Entry e{r.slot, r.n, r.t, {}, {}, {}, {}, r.force_scale};
    for (int side = 0; side < 2; ++side) {
        if (r.slot[side] < 0) continue;
        e.gain_n[side] = inverse[r.slot[side]] * r.n[side];
        e.gain_t[side] = inverse[r.slot[side]] * r.t[side];
        e.law.nn += dot(r.n[side], e.gain_n[side]);
        e.law.nt += dot(r.n[side], e.gain_t[side]);
        e.law.tt += dot(r.t[side], e.gain_t[side]);
    }
    const bool spring_n = normal_spring(r, scheme), spring_t = tangential_spring(r, scheme);
    e.law.gap = r.gap_linear - (spring_n ? 0.0 : r.target);
    e.law.slide = r.slide_linear + r.offset0;
    e.law.stiff_n = normal_stiffness(r);
    e.law.stiff_t = tangential_stiffness(r);
    e.law.lambda_n = spring_n ? 0.0 : r.multiplier_n;
    e.law.lambda_t = spring_t ? 0.0 : r.multiplier_t;
    e.law.mu = r.mu;
    e.law.bilateral = r.bonded;
    e.force = {r.normal, r.shear};
    return e;
}

// Solve one contact, all others held; returns the largest change of its forces over its force scale.
double visit(Entry& e, std::span<Vec6> d) {
    LocalContact c = e.law;
    c.gap += row_times(e.slot, e.n, d) - c.nn * e.force.n - c.nt * e.force.t;
    c.slide += row_times(e.slot, e.t, d) - c.nt * e.force.n - c.tt * e.force.t;
    const LocalForces f = solve_local(c);
    const double dn = f.n - e.force.n, dt = f.t - e.force.t;
    if (dn == 0.0 && dt == 0.0) return 0.0;
    for (int side = 0; side < 2; ++side) {
        if (e.slot[side] < 0) continue;
        add_scaled(d[e.slot[side]], dn, e.gain_n[side]);
        add_scaled(d[e.slot[side]], dt, e.gain_t[side]);
    }
    e.force = f;
    return std::max(std::abs(dn), std::abs(dt)) / (e.scale + std::abs(f.n));
}

}  // namespace

// There is always a solution. Let p_n(t) >= 0 balance the gap under a given shear t, and let the shear r(t) that the
// stick law asks for, less t, fall with t (the compliance is positive). Its root t0 is the sticking contact; where t0
// lies beyond the friction cone, the way from t = 0, which is in the cone, to t0 leaves it at a t where r still points
// outwards: that is the sliding contact.
LocalForces solve_local(const LocalContact& c) {
    // Rigid or spring alike: (1 + k W_nn) p_n + k W_nt p_t = a, k W_nt p_n + (1 + k W_tt) p_t = b.
    const double a = c.lambda_n - c.stiff_n * c.gap, b = c.lambda_t - c.stiff_t * c.slide;
    if (!c.bilateral && a <= 0.0) return {};
    const double nn = 1.0 + c.stiff_n * c.nn, nt = c.stiff_n * c.nt, tn = c.stiff_t * c.nt, tt = 1.0 + c.stiff_t * c.tt;
    const double determinant = nn * tt - nt * tn;
    const LocalForces stick{(a * tt - nt * b) / determinant, (nn * b - tn * a) / determinant};
    if (c.bilateral || (stick.n > 0.0 && std::abs(stick.t) <= c.mu * stick.n)) return stick;
    // Sliding, p_t = s mu p_n: right where the force that would stick lies beyond the friction on that side.
    for (const double s : {1.0, -1.0}) {
        const double normal = a / (nn + s * c.mu * nt), shear = s * c.mu * normal;
        if (normal > 0.0 && s * (b - tn * normal - tt * shear) >= 0.0) return {normal, shear};
    }
    return {};
}

void sweep_contacts(const StepSystem& system, std::span<const ContactRow> rows, const Scheme& scheme,
                    std::span<Vec6> d) {
    const std::span<const Mat6> base = system.base(), off = system.base_off();
    std::vector<Mat6> inverses(base.size());
    for (std::size_t s = 0; s < base.size(); ++s) inverses[s] = inverse(base[s]);
    std::vector<Entry> entries;
    entries.reserve(rows.size());
    for (const ContactRow& r : rows) entries.push_back(make_entry(r, inverses, scheme));
    // What acts on a block that no contact and no spring to another block does, b, and the contact forces at the start.
    std::vector<Vec6> force = system.constant_force();
    for (const Entry& e : entries)
        for (int side = 0; side < 2; ++side)
            if (e.slot[side] >= 0) {
                add_scaled(force[e.slot[side]], e.force.n, e.n[side]);
                add_scaled(force[e.slot[side]], e.force.t, e.t[side]);
            }
    std::vector<Vec6> coupling(d.size(), Vec6{}), before;
    const auto couple = [&] {  // A_ij d_j of springs and dashpots between blocks
        std::fill(coupling.begin(), coupling.end(), Vec6{});
        for (std::size_t p = 0; p < off.size(); ++p) {
            const auto [i, j] = system.pairs()[p];
            add_scaled(coupling[i], 1.0, off[p] * d[j]);
            for (int k = 0; k < 6; ++k)
                for (int l = 0; l < 6; ++l) coupling[j][l] += off[p](k, l) * d[i][k];
        }
    };
    couple();
    for (std::size_t s = 0; s < d.size(); ++s) {
        add_scaled(force[s], -1.0, coupling[s]);
        d[s] = inverses[s] * force[s];
    }
    for (int sweep = 0; sweep < MAX_SWEEPS; ++sweep) {
        double changed = 0.0;
        for (std::size_t k = 0; k < entries.size(); ++k)  // to and fro: news travel both ways
            changed = std::max(changed, visit(entries[sweep % 2 == 0 ? k : entries.size() - 1 - k], d));
        if (changed <= SETTLED) break;
        before = coupling;
        couple();
        for (std::size_t s = 0; s < d.size(); ++s) {
            Vec6 change = before[s];
            add_scaled(change, -1.0, coupling[s]);
            add_scaled(d[s], 1.0, inverses[s] * change);
        }
    }
}

}  // namespace dda
