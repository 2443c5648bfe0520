// One attempt at a step: open-close iteration around linear solves, on the geometry that the iterate leads to.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "contact_law.hpp"
#include "simulation.hpp"

namespace dda {
namespace {

constexpr double ELASTIC_TOLERANCE = 1e-4;  // of the weight: change of a block's internal force when converged

using Clock = std::chrono::steady_clock;
double seconds_since(Clock::time_point& mark) {
    const auto now = Clock::now();
    const double s = std::chrono::duration<double>(now - mark).count();
    mark = now;
    return s;
}

Vec6 scaled(const Vec6& v, double s) {
    Vec6 d = v;
    for (double& x : d) x *= s;
    return d;
}

}  // namespace

/// Largest motion of any point of a block under d [m].
double Simulation::motion_of(int block, const Vec6& d) const {
    const double strain = std::max({std::abs(d[3]), std::abs(d[4]), 0.5 * std::abs(d[5])});
    return std::hypot(d[0], d[1]) + radius_[block] * (std::abs(d[2]) + strain);
}

void Simulation::make_maps(std::span<const Vec6> d, std::vector<StepMap>& maps) const {
    const int n = blocks_.count();
    maps.resize(n);
#pragma omp parallel for num_threads(options_.threads) schedule(static) if (options_.threads > 1)
    for (int i = 0; i < n; ++i) {
        const int s = blocks_.slot[i];
        maps[i] = s >= 0 ? step_map(blocks_.centre[i], d[s]) : StepMap{blocks_.centre[i], fixed_motion_[i]};
    }
}

void Simulation::evaluate_friction(std::vector<ContactRow>& rows, double dt) const {
    // All contacts of one joint at once, if they stick and if they slide.
    std::vector<std::vector<int>> of_joint(joints_.count());
    for (std::size_t i = 0; i < rows.size(); ++i)
        if (rows[i].contact >= 0) of_joint[contacts_[rows[i].contact].joint].push_back(static_cast<int>(i));
    std::vector<JointPoint> points;
    std::vector<Friction> stick, slide;
    for (int joint = 0; joint < joints_.count(); ++joint) {
        const std::vector<int>& members = of_joint[joint];
        points.resize(members.size());
        stick.resize(members.size());
        slide.resize(members.size());
        for (std::size_t i = 0; i < members.size(); ++i) {
            const Contact& c = contacts_[rows[members[i]].contact];
            const double stress = c.length > 0.0 ? std::max(0.0, c.normal) / c.length : 0.0;
            points[i] = {
                .slip = contact_slip(c), .speed = c.speed, .normal_stress = stress, .state = c.law_state, .dt = dt};
        }
        joints_.law(joint).evaluate(points, stick);
        for (JointPoint& p : points) p.sliding = true;
        joints_.law(joint).evaluate(points, slide);
        for (std::size_t i = 0; i < members.size(); ++i) {
            rows[members[i]].mu_stick = stick[i].mu;
            rows[members[i]].mu_slide = slide[i].mu;
        }
    }
}

Simulation::Attempt Simulation::attempt(double dt, bool is_static) {
    Attempt a;
    a.report.dt = dt;
    a.d.assign(blocks_.moving, Vec6{});
    auto mark = Clock::now();
    const StepTime step{time_, dt, options_.scheme.theta, is_static};
    for (int i = 0; i < blocks_.count(); ++i)
        if (blocks_.slot[i] < 0) fixed_motion_[i] = loads_->motion(i, step);
    if (!is_static)
        for (int i = 0; i < blocks_.count(); ++i)
            if (const int s = blocks_.slot[i]; s >= 0) {
                a.d[s] = scaled(blocks_.velocity[i], dt);
                if (near_[i] && motion_of(i, a.d[s]) > options_.displacement_limit * blocks_.size[i]) {
                    a.failure = "block " + std::to_string(i) + " would move more than " +
                                std::to_string(options_.displacement_limit) + " of its size";
                    return a;
                }
            }
    const double allowed = allowed_motion(dt, is_static);
    const std::vector<int> candidates = update_candidates(dt, is_static, allowed);
    a.rows = make_rows(blocks_, contacts_, candidates, pins_, joints_, options_.contact, dt, gravity_scale_);
    evaluate_friction(a.rows, dt);
    totals_.contact_seconds += seconds_since(mark);
    loads_->prepare(blocks_, block_pairs(), step);
    system_.begin(blocks_, loads_->force, loads_->rows, a.rows, options_.scheme, dt, model_.gravity, is_static,
                  options_.threads);
    totals_.assembly_seconds += seconds_since(mark);
    open_close(a);
    if (!a.failure.empty()) return a;

    a.report.contacts = static_cast<int>(candidates.size());
    for (int i = 0; i < blocks_.count(); ++i) {
        const int s = blocks_.slot[i];
        const double motion = s >= 0 ? motion_of(i, a.d[s]) : norm(fixed_motion_[i]);
        a.report.displacement = std::max(a.report.displacement, motion);
        if (motion > allowed || (s >= 0 && near_[i] && std::abs(a.d[s][2]) > options_.rotation_limit)) {
            a.failure = "block " + std::to_string(i) + " moved further than its speed foretold";
            return a;
        }
    }
    for (const ContactRow& r : a.rows) {
        if (r.state == ContactState::open || r.pin >= 0 || normal_spring(r, options_.scheme)) continue;
        ++a.report.closed;
        a.report.penetration = std::max(a.report.penetration, std::abs(r.target - r.gap) / r.size);
    }
    if (a.report.penetration > options_.penetration_limit) a.failure = "contacts penetrate";
    return a;
}

/// Measure all rows on the geometry that d leads to.
void Simulation::measure(Attempt& a) {
    make_maps(a.d, maps_);
    const int n = static_cast<int>(a.rows.size());
#pragma omp parallel for num_threads(options_.threads) schedule(static) if (options_.threads > 1)
    for (int i = 0; i < n; ++i) measure_row(a.rows[i], blocks_, contacts_, pins_, maps_, a.d);
}

/// True forces at d against those of the solve; returns the largest miss as a part of what is tolerated.
double Simulation::take_forces(Attempt& a) {
    const int n = static_cast<int>(a.rows.size());
    double worst = 0.0;
#pragma omp parallel for num_threads(options_.threads) schedule(static) if (options_.threads > 1) \
    reduction(max : worst)
    for (int i = 0; i < n; ++i) {
        ContactRow& r = a.rows[i];
        worst = std::max(worst, update_forces(r, r.gap - r.gap_linear, r.slide - r.slide_linear, options_.scheme,
                                              options_.contact));
    }
    return worst;
}

/// Slope of the convex function along d + x s: s . (A (d + x s) - b) - sum (p_n q_n + p_t q_t), contacts at their gaps.
double Simulation::slope(const Attempt& a, double constant, double linear, double x) const {
    double sum = constant + x * linear;
    for (std::size_t i = 0; i < a.rows.size(); ++i) {
        const ContactRow& r = a.rows[i];
        const auto [qn, qt] = along_[i];
        const Forces f = contact_forces(r, r.gap + x * qn, r.slide + x * qt, options_.scheme);
        sum -= f.n * qn + f.t * qt;
    }
    return sum;
}

/// Where on the way from d to d + s the convex function is least: 1 for a Newton step that does not overshoot.
double Simulation::line_search(const Attempt& a, std::span<const Vec6> s) {
    constexpr double FLAT = 0.05;  // of the slope at the start: where the search ends
    constexpr int MAX_TRIALS = 12;
    along_.resize(a.rows.size());
    for (std::size_t i = 0; i < a.rows.size(); ++i)
        along_[i] = {row_times(a.rows[i].slot, a.rows[i].n, s), row_times(a.rows[i].slot, a.rows[i].t, s)};
    const auto [constant, linear] = system_.base_slope(a.d, s);
    const double start = slope(a, constant, linear, 0.0);
    double low = 0.0, high = 1.0, f_low = start, f_high = slope(a, constant, linear, 1.0);
    if (!(start < 0.0) || f_high <= -FLAT * start) return 1.0;
    double x = 1.0;
    for (int trial = 0; trial < MAX_TRIALS; ++trial) {  // Illinois: regula falsi that halves a stuck end
        x = (low * f_high - high * f_low) / (f_high - f_low);
        const double f = slope(a, constant, linear, x);
        if (std::abs(f) <= -FLAT * start) break;
        if (f < 0.0) {
            low = x, f_low = f, f_high *= 0.5;
        } else {
            high = x, f_high = f, f_low *= 0.5;
        }
    }
    return x;
}

/// Outer iteration over multipliers and friction limits; inside it the convex problem by Newton with a line search.
void Simulation::open_close(Attempt& a) {
    const SolverOptions solver{options_.solver_tolerance, 400, options_.threads};
    auto mark = Clock::now();
    measure(a);
    for (ContactRow& r : a.rows) begin_outer(r, options_.contact);
    std::vector<Vec6> solution = a.d, start = a.d, way(a.d.size());
    for (int iteration = 1; iteration <= options_.max_open_close; ++iteration) {
        for (ContactRow& r : a.rows) set_solve(r, options_.scheme);
        totals_.contact_seconds += seconds_since(mark);
        system_.assemble(a.rows, options_.threads);
        totals_.assembly_seconds += seconds_since(mark);
        const SolveReport report = solver_.solve(system_.matrix(), system_.right_side(), solution, solver);
        totals_.solve_seconds += seconds_since(mark);
        ++totals_.open_close;
        totals_.solver_iterations += report.iterations;
        totals_.direct_solves += report.direct;
        a.report.open_close = iteration;
        a.report.solver_iterations += report.iterations;
        a.report.direct_solves += report.direct;
        a.report.residual = report.residual;
        if (!report.converged) {
            a.failure = "the linear solver did not converge (relative residual " + std::to_string(report.residual) + ")";
            return;
        }
        std::swap(a.d, start);
        a.d = solution;
        measure(a);
        double missed = take_forces(a);
        double x = 1.0;
        if (missed > 1.0) {  // the states changed: is the full step too long?
            for (std::size_t i = 0; i < way.size(); ++i)
                for (int k = 0; k < 6; ++k) way[i][k] = solution[i][k] - start[i][k];
            a.d = start;
            measure(a);
            x = line_search(a, way);
            if (x < 1.0)
                for (std::size_t i = 0; i < way.size(); ++i) add_scaled(a.d[i], x, way[i]);
            else
                a.d = solution;
            measure(a);
            take_forces(a);
        }
        const double elastic =
            system_.correct_elasticity(blocks_, maps_, a.d, gravity_scale_, options_.threads) / ELASTIC_TOLERANCE;
        if (getenv("DDA_TRACE")) fprintf(stderr, "it %d dt %.3g pcg %d x %.4f missed %.3e elastic %.3e\n", iteration, a.report.dt, report.iterations, x, missed, elastic);
        if (missed > 1.0 || elastic > 1.0) continue;
        bool rest = true;
        for (ContactRow& r : a.rows) rest = update_outer(r, options_.scheme, options_.contact) && rest;
        if (!rest) continue;
        bool broken = false;
        for (ContactRow& r : a.rows) broken = break_bond(r, options_.contact) || broken;
        if (!broken) return;
    }
    a.failure = "the open-close iteration did not come to rest in " + std::to_string(options_.max_open_close) +
                " iterations";
}

}  // namespace dda
