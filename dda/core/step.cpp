// One attempt at a step: open-close iteration around linear solves, on the geometry that the iterate leads to.
#include <algorithm>
#include <chrono>
#include <cmath>

#include "contact_law.hpp"
#include "contact_sweeps.hpp"
#include "friction_solver.hpp"
#include "joint_friction.hpp"
#include "open_close.hpp"
#include "quiet_rows.hpp"
#include "simulation.hpp"

namespace dda {
namespace {

constexpr double STATIC_FACTOR = 3.0;  // stiffer penalty in relaxation, where no inertia helps the multipliers along
constexpr double STATIC_RECOVERY =
    5.0;                              // of g dt^2: the part of a penetration that a relaxation step takes back at most
constexpr int STATIC_ITERATIONS = 2;  // times the open-close iterations of a step: a shorter one helps less here
constexpr double STATIC_DIRECTION = 1e-6;     // without inertia rough directions take more work than they save
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
double force_at_play(std::span<const ContactRow> rows, Team* team) {
    double sum = 0.0;
    for (const ContactRow& r : rows)
        if (r.counted) sum += r.multiplier_n * r.multiplier_n + r.multiplier_t * r.multiplier_t;
    return AT_PLAY * std::sqrt(total(team, sum));
}

// What the ranks have seen of an attempt, as one report.
void count_together(Team& team, std::span<const ContactRow> rows, StepReport& report) {
    std::array<double, 5> most{report.missed, report.penetration, report.complementarity, report.displacement,
                               report.unbalanced};
    const auto counted = std::count_if(rows.begin(), rows.end(), [](auto& r) { return r.counted && r.pin < 0; });
    std::array<double, 2> sums{static_cast<double>(report.closed), static_cast<double>(counted)};
    team.maximum(most);
    team.sum(sums);
    report.missed = most[0], report.penetration = most[1], report.complementarity = most[2];
    report.displacement = most[3], report.unbalanced = most[4];
    report.closed = static_cast<int>(sums[0]);
    report.contacts = static_cast<int>(sums[1]);
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
    std::vector<double> speed(rows.size()), slip(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i)
        if (rows[i].contact >= 0) {
            speed[i] = sliding_speed(rows[i], dt);
            slip[i] = surface_slip(blocks_, contacts_[rows[i].contact]);
        }
    read_joint_laws(rows, contacts_, joints_, speed, slip, time_, dt);
}

Simulation::Attempt Simulation::attempt(double dt, bool is_static) {
    Attempt a;
    a.report.dt = dt;
    auto mark = Clock::now();
    const StepTime step{time_, dt, options_.scheme.theta, is_static};
    Team* team = share_.team;
    if (team) renew_ghosts(dt, is_static, step);
    a.d.assign(blocks_.moving, Vec6{});
    for (int i = 0; i < blocks_.count(); ++i)
        if (blocks_.slot[i] < 0) fixed_motion_[i] = loads_->motion(i, step);
    if (!is_static)
        for (int i = 0; i < blocks_.count(); ++i)
            if (const int s = blocks_.slot[i]; s >= 0) {
                a.d[s] = scaled(blocks_.velocity[i], dt);
                if (near_[i] && motion_of(i, a.d[s]) > options_.displacement_limit * blocks_.size[i]) {
                    a.failure = "block " + std::to_string(share_.number(i)) + " would move more than " +
                                std::to_string(options_.displacement_limit) + " of its size";
                    break;
                }
            }
    agree(team, a.failure);
    if (!a.failure.empty()) return a;
    blocks_.dt = is_static ? 0.0 : dt;
    const double allowed = allowed_motion(dt, is_static);
    const std::vector<int> candidates = update_candidates(dt, is_static, allowed);
    totals_.contact_seconds += seconds_since(mark);
    loads_->prepare(blocks_, block_pairs(), step);
    if (team) drop_loads_of_ghosts();
    totals_.assembly_seconds += seconds_since(mark);
    set_scales();
    ContactOptions contact = options_.contact;
    contact.recovery_speed = acceleration_scale_ * options_.dt;
    if (options_.scheme.contact_springs) contact.force_tolerance *= CONSERVING_ACCURACY;
    if (is_static) {  // blocks at rest do not bounce off what they are pushed out of
        contact.recovery = 1.0;
        contact.foresight = 0.0;
        contact.slow_patience = 0;  // the next step goes on where this one ends
        contact.slow_slack = INFINITY;
        contact.recovery_speed = STATIC_RECOVERY * acceleration_scale_ * dt;
        contact.factor *= STATIC_FACTOR;
    }
    a.rows = make_rows(blocks_, contacts_, candidates, pins_, joints_, contact, dt, force_scale_, acceleration_scale_);
    if (team)
        for (ContactRow& r : a.rows)
            r.counted = r.pin >= 0 || speaker(share_, blocks_, contacts_[r.contact]) == share_.rank;
    evaluate_friction(a.rows, dt);
    totals_.contact_seconds += seconds_since(mark);
    system_.begin(blocks_, loads_->force, loads_->rows, a.rows, options_.scheme, dt, model_.gravity, is_static,
                  force_scale_, options_.threads);
    totals_.assembly_seconds += seconds_since(mark);
    find_states(a, contact, is_static);
    if (!a.failure.empty()) return a;

    a.report.contacts = static_cast<int>(candidates.size());
    for (int i = 0; i < blocks_.count(); ++i) {
        const int s = blocks_.slot[i];
        const double motion = s >= 0 ? motion_of(i, a.d[s]) : norm(fixed_motion_[i]);
        a.report.displacement = std::max(a.report.displacement, motion);
        if (motion > allowed || (s >= 0 && near_[i] && std::abs(a.d[s][2]) > options_.rotation_limit)) {
            a.failure = "block " + std::to_string(share_.number(i)) + " moved further than its speed foretold";
            break;
        }
    }
    agree(team, a.failure);
    if (!a.failure.empty()) return a;
    if (options_.scheme.inequalities)
        for (const ContactRow& r : a.rows)  // 0 <= gap _|_ normal >= 0
            if (r.pin < 0 && !normal_spring(r, options_.scheme))
                a.report.complementarity =
                    std::max(a.report.complementarity,
                             (r.state == ContactState::open ? std::max(-r.gap, 0.0) : std::abs(r.gap)) / r.size);
    for (const ContactRow& r : a.rows) {
        if (r.state == ContactState::open || r.pin >= 0 || normal_spring(r, options_.scheme)) continue;
        a.report.closed += r.counted;
        a.report.missed = std::max(a.report.missed, std::abs(r.target - r.gap) / r.size);
        a.report.penetration = std::max(a.report.penetration, -r.gap / r.size);
    }
    a.report.unbalanced = system_.largest_unbalance(a.rows, a.d, team ? &share_.owned : nullptr);
    if (team) count_together(*team, a.rows, a.report);
    if (a.report.missed > options_.penetration_limit) a.failure = "contacts penetrate";
    return a;
}

/// What the open-close iteration solves between the contacts of blocks.
class Simulation::StepProblem {
  public:
    StepProblem(Simulation& sim, Attempt& attempt, bool is_static)
        : sim_(sim),
          a_(attempt),
          options_{sim.options_.solver_tolerance, 400, sim.options_.threads},
          start_(attempt.d),
          solution_(attempt.d),
          quiet_(static_cast<int>(attempt.rows.size()), sim.blocks_, sim.radius_),
          mark_(Clock::now()) {
        if (is_static) options_.direction = STATIC_DIRECTION;
        options_.scale = force_at_play(attempt.rows, sim.share_.team);
    }

    SolveReport solve() {
        Totals& totals = sim_.totals_;
        totals.contact_seconds += seconds_since(mark_);
        sim_.system_.assemble(a_.rows, options_.threads);
        totals.assembly_seconds += seconds_since(mark_);
        const SolveReport report = sim_.share_.team
                                       ? sim_.solve_together(a_, options_, solution_)
                                       : solve_with_friction(sim_.system_, a_.rows, sim_.solver_, options_, solution_);
        totals.solve_seconds += seconds_since(mark_);
        ++totals.open_close;
        totals.solver_iterations += report.iterations;
        totals.direct_solves += report.direct;
        a_.report.solver_iterations += report.iterations;
        a_.report.direct_solves += report.direct;
        return report;
    }

    void keep() { start_ = a_.d; }

    void move(double x) {
        if (x == 1.0) {
            a_.d = solution_;
            return;
        }
        for (std::size_t i = 0; i < start_.size(); ++i)
            for (int k = 0; k < 6; ++k) a_.d[i][k] = start_[i][k] + x * (solution_[i][k] - start_[i][k]);
    }

    /// The rows that are awake on the geometry that d leads to.
    void measure() {
        sim_.make_maps(a_.d, sim_.maps_);
        const bool all = quiet_.due(sim_.maps_);
        measure_awake();
        if (all) quiet_.choose(a_.rows, sim_.contacts_, sim_.maps_);
    }
    std::span<const int> awake() const { return quiet_.awake(); }

    /// All rows where the last iterate has left them.
    void measure_all() {
        quiet_.wake_all();
        measure_awake();
    }

    double unbalance() const {
        return sim_.share_.team ? sim_.unbalance_together(a_) : sim_.system_.unbalance(a_.rows, a_.d);
    }

    bool adjust() {
        const double change = sim_.system_.correct_elasticity(sim_.blocks_, sim_.maps_, a_.d, options_.threads);
        return largest(sim_.share_.team, change) > ELASTIC_TOLERANCE;
    }

    bool sweep() {
        if (sim_.options_.scheme.theta != 1.0 || sim_.share_.team) return false;
        measure_all();
        sweep_contacts(sim_.system_, a_.rows, sim_.options_.scheme, a_.d);
        return true;
    }

  private:
    void measure_awake() {
        const std::span<const int> rows = quiet_.awake();
        const int n = static_cast<int>(rows.size()), threads = options_.threads;
#pragma omp parallel for num_threads(threads) schedule(static) if (threads > 1)
        for (int i = 0; i < n; ++i)
            measure_row(a_.rows[rows[i]], sim_.blocks_, sim_.contacts_, sim_.pins_, sim_.maps_, a_.d);
    }

    Simulation& sim_;
    Attempt& a_;
    SolverOptions options_;
    std::vector<Vec6> start_, solution_;
    QuietRows quiet_;
    Clock::time_point mark_;
};

void Simulation::find_states(Attempt& a, const ContactOptions& contact, bool is_static) {
    const int most = is_static ? STATIC_ITERATIONS * options_.max_open_close : options_.max_open_close;
    StepProblem problem(*this, a, is_static);
    const OpenCloseReport report = open_close(problem, std::span(a.rows), options_.scheme, contact,
                                              options_.solver_tolerance, most, options_.threads, share_.team);
    problem.measure_all();
    a.failure = report.failure;
    a.report.open_close = report.iterations;
    a.report.residual = report.residual;
    a.report.loose = report.loose;
}

}  // namespace dda
