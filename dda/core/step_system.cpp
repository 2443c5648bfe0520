#include "step_system.hpp"

#include <algorithm>
#include <cmath>

namespace dda {
namespace {

// base += A theta d tau / d eps in the strain unknowns, b -= A tau: internal force A (tau + theta K eps).
void add_elasticity(const Blocks& blocks, int block, double theta, Mat6& base, Vec6& b) {
    const auto K = elastic_tangent(blocks, block);
    const double area = blocks.area[block];
    for (int i = 0; i < 3; ++i) {
        b[3 + i] -= area * blocks.internal[block][i];
        for (int j = 0; j < 3; ++j) base(3 + i, 3 + j) += theta * area * K[3 * i + j];
    }
}

// Group items by key with a counting sort: `start` has keys + 1 entries, `order` the items of each key in their order.
template <class Key>
void group_by(int keys, int items, Key key, std::vector<int>& start, std::vector<int>& order) {
    start.assign(keys + 1, 0);
    for (int i = 0; i < items; ++i)
        if (key(i) >= 0) ++start[key(i) + 1];
    for (int k = 0; k < keys; ++k) start[k + 1] += start[k];
    order.resize(start[keys]);
    std::vector<int> place(start.begin(), start.end() - 1);
    for (int i = 0; i < items; ++i)
        if (key(i) >= 0) order[place[key(i)]++] = i;
}

}  // namespace

int StepSystem::pair_of(int i, int j) const {
    if (i < 0 || j < 0 || i == j) return -1;
    const std::array<int, 2> key{std::min(i, j), std::max(i, j)};
    const auto begin = pairs_.begin() + pair_start_[key[0]], end = pairs_.begin() + pair_start_[key[0] + 1];
    return static_cast<int>(std::lower_bound(begin, end, key) - pairs_.begin());
}

void StepSystem::make_pattern(int moving, std::span<const Row> load_rows, std::span<const ContactRow> rows) {
    std::vector<std::array<int, 2>> pairs;
    const auto add = [&pairs](const std::array<int, 2>& slot) {
        if (slot[0] >= 0 && slot[1] >= 0 && slot[0] != slot[1])
            pairs.push_back({std::min(slot[0], slot[1]), std::max(slot[0], slot[1])});
    };
    for (const Row& r : load_rows) add(r.slot);
    for (const ContactRow& r : rows) add(r.slot);
    std::sort(pairs.begin(), pairs.end());
    pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
    pairs_ = std::move(pairs);
    acts_.assign(pairs_.size(), 0);
    coupled_.clear();
    pair_start_.assign(moving + 1, 0);
    for (const auto& p : pairs_) ++pair_start_[p[0] + 1];
    for (int i = 0; i < moving; ++i) pair_start_[i + 1] += pair_start_[i];
}

void StepSystem::begin(const Blocks& blocks, std::span<const Vec6> load, std::span<const Row> load_rows,
                       std::span<const ContactRow> rows, const Scheme& scheme, double dt, Vec2 gravity, bool is_static,
                       std::span<const double> force_scale, int threads) {
    const int moving = blocks.moving;
    make_pattern(moving, load_rows, rows);
    mass_.assign(moving, {});
    size_.assign(moving, 1.0);
    force_scale_.assign(moving, 1.0);
    base_.assign(moving, {});
    base_b_.assign(moving, {});
    b_.assign(moving, {});
    base_off_.assign(pairs_.size(), {});
    elastic_.assign(moving, {});
    tangent_.assign(moving, {});
    theta_ = scheme.theta;
    const int count = blocks.count();
#pragma omp parallel for num_threads(threads) schedule(static) if (threads > 1)
    for (int block = 0; block < count; ++block) {
        const int s = blocks.slot[block];
        if (s < 0) continue;
        const Mat6 M = mass_matrix(blocks, block);
        Mat6 base;
        for (int i = 0; i < 36; ++i) base.a[i] = 2.0 / (dt * dt) * M.a[i];
        Vec6 b = load[s];
        if (!is_static) add_scaled(b, 2.0 / dt, M * blocks.velocity[block]);
        b[0] += blocks.mass[block] * gravity.x;
        b[1] += blocks.mass[block] * gravity.y;
        add_elasticity(blocks, block, scheme.theta, base, b);
        if (blocks.remembers(block)) {
            tangent_[s] = elastic_tangent(blocks, block);
            for (double& k : tangent_[s]) k *= scheme.theta * blocks.area[block];
        }
        mass_[s] = M;
        size_[s] = blocks.size[block];
        force_scale_[s] = force_scale[block];
        base_[s] = base;
        base_b_[s] = b;
    }
    for (const Row& r : load_rows) {
        for (int side = 0; side < 2; ++side) {
            if (r.slot[side] < 0) continue;
            add_outer(base_[r.slot[side]], r.stiffness, r.r[side], r.r[side]);
            add_scaled(base_b_[r.slot[side]], r.force, r.r[side]);
        }
        if (const int p = pair_of(r.slot[0], r.slot[1]); p >= 0) {
            const int low = r.slot[0] < r.slot[1] ? 0 : 1;
            add_outer(base_off_[p], r.stiffness, r.r[low], r.r[1 - low]);
            if (!acts_[p]) coupled_.push_back(p);
            acts_[p] = 1;
        }
    }
    in_matrix_.clear();
    stiffness_.clear();
    base_changed_ = true;

    const int n = static_cast<int>(rows.size());
    std::vector<int> order;
    group_by(moving, 2 * n, [&](int i) { return rows[i / 2].slot[i % 2]; }, slot_start_, order);
    incidence_.resize(order.size());
    for (std::size_t i = 0; i < order.size(); ++i) incidence_[i] = {order[i] / 2, order[i] % 2};
    std::vector<int> pair(n);
    for (int i = 0; i < n; ++i) pair[i] = pair_of(rows[i].slot[0], rows[i].slot[1]);
    group_by(static_cast<int>(pairs_.size()), n, [&](int i) { return pair[i]; }, pair_rows_start_, pair_rows_);
}

// A (tau + theta K eps) less the correction: what the equations hold against eps.
std::array<double, 3> StepSystem::law_force_now(const Blocks& blocks, int block, const Vec6& d) const {
    const int s = blocks.slot[block];
    std::array<double, 3> force{};
    for (int i = 0; i < 3; ++i) {
        force[i] = blocks.area[block] * blocks.internal[block][i] - elastic_[s][i];
        for (int j = 0; j < 3; ++j) force[i] += tangent_[s][3 * i + j] * d[3 + j];
    }
    return force;
}

double StepSystem::law_work(const Blocks& blocks, int block, const Vec6& d) const {
    const auto force = law_force_now(blocks, block, d);
    return force[0] * d[3] + force[1] * d[4] + force[2] * d[5];
}

// Newton: F(d) + theta A K (d' - d) in place of what stood; returns the change at d over the force scale.
double StepSystem::linearise(const Blocks& blocks, int block, const Vec6& d) {
    const int s = blocks.slot[block];
    const double area = blocks.area[block], scale = size_[s] * force_scale_[s];
    const auto before = law_force_now(blocks, block, d);
    const LawForce law = law_force(blocks, block, d, theta_);
    double change = 0.0;
    for (int i = 0; i < 3; ++i) {
        const double force = area * law.tau[i];
        change = std::isfinite(force) ? std::max(change, std::abs(force - before[i]) / scale) : INFINITY;
        if (change == INFINITY) return change;  // the law has no answer: the step is cut
    }
    for (int i = 0; i < 3; ++i) {
        elastic_[s][i] = area * (blocks.internal[block][i] - law.tau[i]);
        for (int j = 0; j < 3; ++j) {
            const double K = theta_ * area * law.tangent[3 * i + j];
            base_[s](3 + i, 3 + j) += K - tangent_[s][3 * i + j];
            tangent_[s][3 * i + j] = K;
            elastic_[s][i] += K * d[3 + j];
        }
    }
    return change;
}

double StepSystem::correct_elasticity(const Blocks& blocks, std::span<const StepMap> maps, std::span<const Vec6> d,
                                      int threads) {
    constexpr double LEAST_STRAIN = 1e-9;  // below it the third-order term is lost in rounding
    double largest = 0.0;
    bool linearised = false;
    const int count = blocks.count();
#pragma omp parallel for num_threads(threads) schedule(static) if (threads > 1) reduction(max : largest) \
    reduction(|| : linearised)
    for (int block = 0; block < count; ++block) {
        const int s = blocks.slot[block];
        if (s < 0) continue;
        if (blocks.remembers(block)) {
            linearised = true;
            largest = std::max(largest, linearise(blocks, block, d[s]));
            continue;
        }
        const std::array<double, 3> eps{d[s][3], d[s][4], d[s][5]};
        if (std::abs(eps[0]) + std::abs(eps[1]) + std::abs(eps[2]) < LEAST_STRAIN) continue;
        // Work of tau + theta K eps is A (tau . eps + theta eps . K eps); it should be dU + (theta - 1/2) A eps . K
        // eps.
        const auto K = elastic_tangent(blocks, block);
        std::array<double, 3> force{};
        double linear = 0.0, quadratic = 0.0;
        for (int i = 0; i < 3; ++i) {
            for (int j = 0; j < 3; ++j) force[i] += blocks.area[block] * K[3 * i + j] * eps[j];
            linear += blocks.area[block] * blocks.internal[block][i] * eps[i];
            quadratic += force[i] * eps[i];
        }
        const double stored = strain_energy_after(blocks, block, maps[block]) - blocks.strain_energy[block];
        const double share = (stored - linear - 0.5 * quadratic) / quadratic;
        const double scale = size_[s] * force_scale_[s];
        for (int i = 0; i < 3; ++i) {
            const double correction = -share * force[i];
            largest = std::max(largest, std::abs(correction - elastic_[s][i]) / scale);
            elastic_[s][i] = correction;
        }
    }
    base_changed_ = base_changed_ || linearised;
    return largest;
}

std::vector<Vec6> StepSystem::constant_force() const {
    std::vector<Vec6> b(base_b_);
    for (std::size_t s = 0; s < b.size(); ++s)
        for (int i = 0; i < 3; ++i) b[s][3 + i] += elastic_[s][i];
    return b;
}

std::vector<Vec6> StepSystem::unbalanced(std::span<const ContactRow> rows, std::span<const Vec6> d) const {
    std::vector<Vec6> r = constant_force();
    for (std::size_t s = 0; s < r.size(); ++s) add_scaled(r[s], -1.0, base_[s] * d[s]);
    for (const int p : coupled_) {
        const auto [i, j] = pairs_[p];
        add_scaled(r[i], -1.0, base_off_[p] * d[j]);
        for (int k = 0; k < 6; ++k)
            for (int l = 0; l < 6; ++l) r[j][l] -= base_off_[p](k, l) * d[i][k];
    }
    for (const ContactRow& row : rows) {
        if (row.normal == 0.0 && row.shear == 0.0) continue;
        for (int side = 0; side < 2; ++side)
            if (row.slot[side] >= 0) {
                add_scaled(r[row.slot[side]], row.normal, row.n[side]);
                add_scaled(r[row.slot[side]], row.shear, row.t[side]);
            }
    }
    return r;
}

double StepSystem::square(const Vec6& r, std::size_t s) const {
    const double force = force_scale_[s], moment = force * size_[s];
    double sum = (r[0] * r[0] + r[1] * r[1]) / (force * force);
    for (int k = 2; k < 6; ++k) sum += r[k] * r[k] / (moment * moment);
    return sum;
}

double StepSystem::unbalance(std::span<const ContactRow> rows, std::span<const Vec6> d) const {
    const std::vector<Vec6> r = unbalanced(rows, d);
    double sum = 0.0;
    for (std::size_t s = 0; s < r.size(); ++s) sum += square(r[s], s);
    return std::sqrt(sum / std::max<std::size_t>(1, r.size()));
}

double StepSystem::unbalanced_squares(std::span<const ContactRow> rows, std::span<const Vec6> d,
                                      std::span<const int> slots) const {
    const std::vector<Vec6> r = unbalanced(rows, d);
    double sum = 0.0;
    for (const int s : slots) sum += square(r[s], s);
    return sum;
}

double StepSystem::largest_unbalance(std::span<const ContactRow> rows, std::span<const Vec6> d,
                                     const std::vector<char>* owned) const {
    const std::vector<Vec6> r = unbalanced(rows, d);
    double most = 0.0;
    for (std::size_t s = 0; s < r.size(); ++s)
        if (!owned || (*owned)[s]) most = std::max(most, square(r[s], s));
    return std::sqrt(most);
}

// The matrix has a block for every pair that has acted on each other in this step: a factor of all that are near would
// be filled many times as much. It is never narrowed within a step, and begins anew with each, so that nothing of it
// hangs on steps before.
void StepSystem::widen_pattern(std::span<const ContactRow> rows) {
    const int moving = static_cast<int>(base_.size());
    row_acts_.resize(rows.size());
    changed_ = base_changed_ || stiffness_.size() != rows.size();
    base_changed_ = false;
    stiffness_.resize(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const ContactRow& r = rows[i];
        row_acts_[i] = r.stiff_n != 0.0 || r.solve_n != 0.0 || r.stiff_t != 0.0 || r.solve_t != 0.0;
        const std::array<double, 2> stiffness{r.stiff_n, r.stiff_t};
        changed_ = changed_ || stiffness != stiffness_[i];
        stiffness_[i] = stiffness;
    }
    bool wider = in_matrix_.empty() || matrix_.rows() != moving;
    for (std::size_t p = 0; p < pairs_.size(); ++p) {
        if (acts_[p]) continue;
        for (int i = pair_rows_start_[p]; i < pair_rows_start_[p + 1] && !acts_[p]; ++i)
            acts_[p] = row_acts_[pair_rows_[i]];
        wider = wider || acts_[p];
    }
    if (!wider) return;
    changed_ = true;
    in_matrix_.clear();
    std::vector<std::array<int, 2>> pattern;
    for (std::size_t p = 0; p < pairs_.size(); ++p)
        if (acts_[p]) {
            in_matrix_.push_back(static_cast<int>(p));
            pattern.push_back(pairs_[p]);
        }
    if (matrix_.rows() != moving || !std::ranges::equal(pattern, matrix_.pairs())) matrix_.set_pattern(moving, pattern);
}

void StepSystem::assemble(std::span<const ContactRow> rows, int threads) {
    widen_pattern(rows);
    const int moving = matrix_.rows(), pairs = changed_ ? static_cast<int>(in_matrix_.size()) : 0;
#pragma omp parallel num_threads(threads) if (threads > 1)
    {
#pragma omp for schedule(static)
        for (int s = 0; s < moving; ++s) {
            Mat6 a = base_[s];
            Vec6 b = base_b_[s];
            for (int i = 0; i < 3; ++i) b[3 + i] += elastic_[s][i];
            for (int i = slot_start_[s]; i < slot_start_[s + 1]; ++i) {
                const auto [row, side] = incidence_[i];
                if (!row_acts_[row]) continue;
                const ContactRow& r = rows[row];
                add_scaled(b, r.solve_n, r.n[side]);
                add_scaled(b, r.solve_t, r.t[side]);
                if (!changed_) continue;
                add_outer(a, r.stiff_n, r.n[side], r.n[side]);
                if (r.stiff_t > 0.0) add_outer(a, r.stiff_t, r.t[side], r.t[side]);
            }
            if (changed_) matrix_.diagonal(s) = a;
            b_[s] = b;
        }
#pragma omp for schedule(static)
        for (int k = 0; k < pairs; ++k) {
            const int p = in_matrix_[k];
            Mat6 a = base_off_[p];
            for (int i = pair_rows_start_[p]; i < pair_rows_start_[p + 1]; ++i) {
                if (!row_acts_[pair_rows_[i]]) continue;
                const ContactRow& r = rows[pair_rows_[i]];
                const int low = r.slot[0] < r.slot[1] ? 0 : 1;
                add_outer(a, r.stiff_n, r.n[low], r.n[1 - low]);
                if (r.stiff_t > 0.0) add_outer(a, r.stiff_t, r.t[low], r.t[1 - low]);
            }
            matrix_.off_diagonal(k) = a;
        }
    }
}

}  // namespace dda
