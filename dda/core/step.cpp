// One attempt at a step: open-close iteration around linear solves, on the geometry that the iterate leads to.
#include <algorithm>
#include <chrono>
#include <cmath>

#include "contact_law.hpp"
#include "contact_sweeps.hpp"
#include "friction_solver.hpp"
#include "simulation.hpp"

namespace dda {
namespace {

constexpr double STATIC_FACTOR = 3.0;  // stiffer penalty in relaxation, where no inertia helps the multipliers along
constexpr double STATIC_RECOVERY =
    5.0;                              // of g dt^2: the part of a penetration that a relaxation step takes back at most
constexpr int STATIC_ITERATIONS = 2;  // times the open-close iterations of a step: a shorter one helps less here
constexpr double CONSERVING_ACCURACY = 0.01;  // of the force tolerance, in a scheme that keeps the energy
constexpr double ELASTIC_TOLERANCE = 1e-4;    // of the weight: change of a block's internal force when converged

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

constexpr double AT_PLAY = 1e-3;  // accuracy of the linear solver for contact forces that balance each other

// Norm of the contact forces, where a part of them is what the linear system has to be solved to.
double force_at_play(std::span<const ContactRow> rows) {
    double sum = 0.0;
    for (const ContactRow& r : rows) sum += r.multiplier_n * r.multiplier_n + r.multiplier_t * r.multiplier_t;
    return AT_PLAY * std::sqrt(sum);
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

/// Speed of a vertex along the edge, from the velocities at the start of the step [m/s].
double Simulation::sliding_speed(const ContactRow& row, double dt) const {
    const Contact& c = contacts_[row.contact];
    const Vec2 tangent = edge_frame(blocks_, c.edge).tangent;
    const std::array<int, 2> block{blocks_.owner[c.vertex], blocks_.owner[c.edge]};
    double speed = 0.0;
    for (int side = 0; side < 2; ++side)
        speed += row.slot[side] >= 0 ? dot(row.t[side], blocks_.velocity[block[side]])
                                     : (side == 0 ? 1.0 : -1.0) * dot(tangent, fixed_motion_[block[side]]) / dt;
    return speed;
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
            ContactRow& row = rows[members[i]];
            const double now = std::abs(sliding_speed(row, dt));
            if (!c.closed()) row.speed0 = now;  // of a first contact
            // Laws are read in the middle of the step: c.speed is that of the middle of the last one.
            const double speed = c.closed() ? std::max(0.0, 2.0 * now - c.speed) : now;
            const double ahead = c.state == ContactState::sliding ? 0.5 * dt * speed : 0.0;
            points[i] = {.slip = contact_slip(c) + ahead,
                         .speed = speed,
                         .normal_stress = stress,
                         .state = c.law_state,
                         .dt = dt};
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
    totals_.contact_seconds += seconds_since(mark);
    loads_->prepare(blocks_, block_pairs(), step);
    totals_.assembly_seconds += seconds_since(mark);
    set_scales();
    ContactOptions contact = options_.contact;
    contact.recovery_speed = acceleration_scale_ * options_.dt;
    if (options_.scheme.contact_springs) contact.force_tolerance *= CONSERVING_ACCURACY;
    if (is_static) {  // blocks at rest do not bounce off what they are pushed out of
        contact.recovery = 1.0;
        contact.foresight = 0.0;
        contact.recovery_speed = STATIC_RECOVERY * acceleration_scale_ * dt;
        contact.factor *= STATIC_FACTOR;
    }
    a.rows = make_rows(blocks_, contacts_, candidates, pins_, joints_, contact, dt, force_scale_, acceleration_scale_);
    evaluate_friction(a.rows, dt);
    totals_.contact_seconds += seconds_since(mark);
    system_.begin(blocks_, loads_->force, loads_->rows, a.rows, options_.scheme, dt, model_.gravity, is_static,
                  force_scale_, options_.threads);
    totals_.assembly_seconds += seconds_since(mark);
    open_close(a, contact, is_static);
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
    if (options_.scheme.inequalities)
        for (const ContactRow& r : a.rows)  // 0 <= gap _|_ normal >= 0
            if (r.pin < 0 && !normal_spring(r, options_.scheme))
                a.report.complementarity =
                    std::max(a.report.complementarity,
                             (r.state == ContactState::open ? std::max(-r.gap, 0.0) : std::abs(r.gap)) / r.size);
    for (const ContactRow& r : a.rows) {
        if (r.state == ContactState::open || r.pin >= 0 || normal_spring(r, options_.scheme)) continue;
        ++a.report.closed;
        a.missed = std::max(a.missed, std::abs(r.target - r.gap) / r.size);
        a.report.penetration = std::max(a.report.penetration, -r.gap / r.size);
    }
    if (a.missed > options_.penetration_limit) a.failure = "contacts penetrate";
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
double Simulation::take_forces(Attempt& a, const ContactOptions& contact) {
    const int n = static_cast<int>(a.rows.size());
    double worst = 0.0;
#pragma omp parallel for num_threads(options_.threads) schedule(static) if (options_.threads > 1) reduction(max : worst)
    for (int i = 0; i < n; ++i) {
        ContactRow& r = a.rows[i];
        worst =
            std::max(worst, update_forces(r, r.gap - r.gap_linear, r.slide - r.slide_linear, options_.scheme, contact));
    }
    return worst;
}

/// Outer iteration over the multipliers; inside it semismooth Newton on the Coulomb problem, a step that makes the
/// unbalanced force larger is halved. Where it must be halved again and again, sweeps find the states for it.
void Simulation::open_close(Attempt& a, const ContactOptions& contact, bool is_static) {
    constexpr int HALVINGS = 4;
    constexpr double SLOW = 0.5;     // part of their change that renewing the multipliers leaves, or more
    constexpr double INEXACT = 0.3;  // part of the multipliers' change that Newton may leave before they are renewed
    constexpr int PATIENCE = 10;     // halved iterations
    int halved = 0;
    const SolverOptions solver{options_.solver_tolerance, 400, options_.threads, force_at_play(a.rows)};
    auto mark = Clock::now();
    for (ContactRow& r : a.rows) begin_outer(r, contact);
    measure(a);
    double unbalance = INFINITY, before_renewal = INFINITY;
    std::vector<Vec6> solution = a.d, start = a.d;
    const int most = is_static ? STATIC_ITERATIONS * options_.max_open_close : options_.max_open_close;
    for (int iteration = 1; iteration <= most; ++iteration) {
        for (ContactRow& r : a.rows)
            iteration == 1 ? set_first_solve(r, options_.scheme) : set_solve(r, options_.scheme);
        totals_.contact_seconds += seconds_since(mark);
        system_.assemble(a.rows, options_.threads);
        totals_.assembly_seconds += seconds_since(mark);
        const SolveReport report = solve_with_friction(system_, a.rows, solver_, solver, solution);
        totals_.solve_seconds += seconds_since(mark);
        ++totals_.open_close;
        totals_.solver_iterations += report.iterations;
        totals_.direct_solves += report.direct;
        a.report.open_close = iteration;
        a.report.solver_iterations += report.iterations;
        a.report.direct_solves += report.direct;
        a.report.residual = report.residual;
        if (!report.converged) {
            a.failure =
                "the linear solver did not converge (relative residual " + std::to_string(report.residual) + ")";
            return;
        }
        start = a.d;
        const double before = unbalance;
        double x = 1.0, missed = 0.0;
        for (int halving = 0; halving <= HALVINGS; ++halving, x *= 0.5) {
            for (std::size_t i = 0; i < start.size(); ++i)
                for (int k = 0; k < 6; ++k)
                    a.d[i][k] = x == 1.0 ? solution[i][k] : start[i][k] + x * (solution[i][k] - start[i][k]);
            measure(a);
            missed = take_forces(a, contact);
            if (x == 1.0 && missed <= 1.0) break;
            unbalance = system_.unbalance(a.rows, a.d);
            if (unbalance < before) break;
        }
        const double elastic = system_.correct_elasticity(blocks_, maps_, a.d, options_.threads) / ELASTIC_TOLERANCE;
        if (x < 1.0 && ++halved > PATIENCE && options_.scheme.theta == 1.0) {
            halved = 0;
            sweep_contacts(system_, a.rows, options_.scheme, a.d);
            measure(a);
            take_forces(a, contact);
            unbalance = system_.unbalance(a.rows, a.d);
            continue;
        }
        if (x < 1.0 || elastic > 1.0) continue;
        const Unrest left = unrest(a.rows, options_.scheme);
        const bool slow = left.multipliers > SLOW * SLOW * before_renewal;
        const bool still = slow && left.multipliers <= contact.slow_change * contact.slow_change * left.step;
        const bool solved = missed <= 1.0 && report.residual <= options_.solver_tolerance;
        if (!solved && (still || left.forces > INEXACT * INEXACT * left.multipliers)) continue;
        before_renewal = left.multipliers;
        Renewal renewal{.solved = solved, .loose = iteration > contact.patience};
        for (ContactRow& r : a.rows) update_outer(r, options_.scheme, contact, renewal);
        if (renewal.solved && (renewal.rest || (renewal.settled && still))) {
            bool broken = false;
            for (ContactRow& r : a.rows) broken = break_bond(r, contact) || broken;
            if (!broken) {
                a.report.loose = renewal.loose || !renewal.rest;
                return;
            }
        }
        take_forces(a, contact);
        unbalance = system_.unbalance(a.rows, a.d);
    }
    a.failure = "the open-close iteration did not come to rest in " + std::to_string(most) + " iterations";
}

}  // namespace dda
