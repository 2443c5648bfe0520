#include "simulation.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "loads/material_point.hpp"

namespace dda {
namespace {

constexpr int STATIC_WAIT = 8;               // relaxation steps after a failed one before they grow again
constexpr double STATIC_GROWTH = 2.0;        // a relaxation step that went well is followed by a longer one
constexpr double STATIC_START = 0.1;         // 2 m / dt^2 of the first relaxation step, as a part of E
constexpr double STATIC_END = 1e-6;          // and of the longest
constexpr double STATIC_PENETRATION = 1e-7;  // of the block size: left in rigid contacts when relaxation ends

double static_step(const Blocks& b, double part) {
    // 2 m / dt^2 = part * E for the block where that takes the longest step.
    double dt = 0.0;
    for (int i = 0; i < b.count(); ++i)
        if (b.slot[i] >= 0) dt = std::max(dt, std::sqrt(2.0 * b.mass[i] / (part * b.elasticity(i).young)));
    return dt;
}

}  // namespace

Simulation::Simulation(const ModelData& model, const Options& options)
    : model_(model), options_(options), blocks_(make_blocks(model)), joints_(model) {
    options_.contact.elastic_impact = options_.scheme.contact_springs;
    loads_ = std::make_unique<Loads>(model, blocks_);
    near_.assign(blocks_.count(), 0);
    relaxation_ = {std::vector<Vec2>(blocks_.count()), std::vector<double>(blocks_.count())};
    fixed_motion_.assign(blocks_.count(), {});
    double sum = 0.0;
    smallest_ = INFINITY;
    for (int i = 0; i < blocks_.count(); ++i) {
        double r = 0.0;
        for (int v = blocks_.first[i]; v < blocks_.first[i + 1]; ++v) r = std::max(r, norm(blocks_.reference[v]));
        radius_.push_back(r);
        if (blocks_.slot[i] < 0) continue;
        smallest_ = std::min(smallest_, blocks_.size[i]);
        sum += blocks_.size[i];
    }
    mean_ = blocks_.moving > 0 ? sum / blocks_.moving : 1.0;
    if (!std::isfinite(smallest_)) smallest_ = 1.0;
    if (options.sizes[1] > 0.0) smallest_ = options.sizes[0], mean_ = options.sizes[1];
    install_pins();
    initialise_contacts();
    static_dt_ = static_step(blocks_, STATIC_START);
    std::vector<Mat6> mass(blocks_.moving);
    for (int i = 0; i < blocks_.count(); ++i)
        if (blocks_.slot[i] >= 0) mass[blocks_.slot[i]] = mass_matrix(blocks_, i);
    ledger_.kinetic = kinetic_energy(mass);
    initial_total_ = ledger_total(ledger_);
}

void Simulation::install_pins() {
    const std::vector<Pin> before = std::exchange(pins_, {});
    for (const FixedPoint& p : model_.fixed_points) {
        if (blocks_.slot[p.block] < 0) continue;
        const Vec2 X = material_point(model_, blocks_, p.block, p.point).X;
        const auto same = [&](const Pin& pin) {
            return pin.block == p.block && pin.reference.x == X.x && pin.reference.y == X.y;
        };
        const auto it = std::find_if(before.begin(), before.end(), same);
        pins_.push_back(it != before.end() ? *it : Pin{p.block, X, blocks_.place(p.block, X)});
    }
}

void Simulation::advance(double h) {
    const double end = time_ + h, shortest = h * std::pow(0.5, options_.max_cuts);
    double left = h, piece = piece_ > 0.0 ? std::min(h, 2.0 * piece_) : h;
    while (left > 0.0) {
        // Pieces that fit: never a sliver for the last one.
        if (piece > 0.999 * left)
            piece = left;
        else if (piece > 0.5 * left)
            piece = 0.5 * left;
        Attempt a = attempt(piece, false);
        if (!a.failure.empty()) {
            ++totals_.cuts;
            piece *= 0.5;
            if (piece < shortest)
                throw StepFailed("at t = " + std::to_string(time_) + " s the step was cut " +
                                 std::to_string(options_.max_cuts) + " times and still failed: " + a.failure);
            continue;
        }
        commit(a, piece, false);
        left = piece < left ? left - piece : 0.0;
        time_ = left > 0.0 ? time_ + piece : end;
        ++substeps_;
        piece_ = piece < h ? piece : 0.0;
        piece *= 2.0;
    }
    ++steps_;
}

Settlement Simulation::settle(double tolerance, int max_steps, bool stuck) {
    Settlement s;
    Team* team = share_.team;
    const double shortest = largest(team, static_step(blocks_, STATIC_START)) * 1e-6;
    const double longest = largest(team, static_step(blocks_, STATIC_END));
    relaxation_ = {blocks_.centre, std::vector<double>(blocks_.count(), 0.0)};
    options_.contact.stuck = stuck;
    // Forces of the end of the step: those of its middle would overshoot equilibrium by as much again, d = 2 d*.
    // Contacts are held by multipliers, whatever the scheme: what is at rest does not hang on a numerical stiffness.
    const Scheme scheme = options_.scheme;
    options_.scheme.theta = 1.0;
    options_.scheme.contact_springs = options_.contact.elastic_impact = false;
    for (auto& v : blocks_.velocity) v = {};
    double missed = 0.0;
    int wait = 0;
    while (s.steps < max_steps && !s.converged) {
        Attempt a = attempt(static_dt_, true);
        double motion = a.failure.empty() ? a.report.displacement : 0.0;
        if (a.failure.empty() && motion > options_.static_limit * smallest_) a.failure = "moved too far";
        if (!a.failure.empty()) {
            ++totals_.cuts;
            static_dt_ *= 0.5;
            wait = STATIC_WAIT;
            if (static_dt_ < shortest) {
                s.reason = "the shortest relaxation step fails: " + a.failure;
                break;
            }
            continue;
        }
        commit(a, static_dt_, true);
        ++s.steps;
        // Unbalanced force: what the inertia of the relaxation step takes, M 2 d / dt^2, over the block's force scale.
        s.residual = 0.0;
        for (int i = 0; i < blocks_.count(); ++i)
            if (const int k = blocks_.slot[i]; k >= 0) {
                double& scale = relaxation_.scale[i];
                scale = std::max(scale, force_scale_[i]);
                const double unbalanced = 2.0 * blocks_.mass[i] * motion_of(i, a.d[k]) / (static_dt_ * static_dt_);
                s.residual = std::max(s.residual, unbalanced / scale);
            }
        s.residual = largest(team, s.residual);
        // Two steps at least: in the first one friction may still rest on the forces of the state before.
        missed = a.report.missed;
        s.converged = s.steps > 1 && s.residual <= tolerance && a.report.missed <= STATIC_PENETRATION;
        if (wait > 0)
            --wait;
        else if (motion < 0.5 * options_.static_limit * smallest_ && a.report.open_close < options_.max_open_close / 2)
            static_dt_ = std::min(longest, static_dt_ * STATIC_GROWTH);
    }
    options_.contact.stuck = false;
    options_.scheme = scheme;
    options_.contact.elastic_impact = scheme.contact_springs;
    if (!s.converged && s.reason.empty())
        s.reason = "after " + std::to_string(s.steps) + " relaxation steps the unbalanced force is " +
                   std::to_string(s.residual) + " of the weight or load and contacts miss their faces by " +
                   std::to_string(missed) + " of the block size";
    for (int i = 0; i < blocks_.count(); ++i)
        s.displacement = std::max(s.displacement, norm(blocks_.centre[i] - relaxation_.start[i]));
    s.displacement = largest(team, s.displacement);
    return s;
}

void Simulation::revise(const ModelData& model) {
    if (model.blocks.size() != model_.blocks.size())
        throw std::invalid_argument("revise: the new model has " + std::to_string(model.blocks.size()) +
                                    " blocks, the running one " + std::to_string(model_.blocks.size()));
    const std::vector<BlockData> blocks = std::move(model_.blocks);
    model_ = model;
    model_.blocks = blocks;
    joints_ = JointTable(model_);
    const std::vector<double> kept = loads_->save();
    loads_ = std::make_unique<Loads>(model_, blocks_);
    loads_->load(kept);
    install_pins();
}

void Simulation::reset(bool displacement, bool energy, bool slip) {
    if (displacement) {
        std::fill(blocks_.displacement.begin(), blocks_.displacement.end(), Vec2{});
        std::fill(blocks_.rotation.begin(), blocks_.rotation.end(), 0.0);
    }
    if (slip) std::fill(blocks_.slip.begin(), blocks_.slip.end(), 0.0);
    if (energy) {
        ledger_ = {.kinetic = ledger_.kinetic, .contact = ledger_.contact, .held = ledger_.held};
        initial_strain_ = 0.0;
        for (int i = 0; i < blocks_.count(); ++i)
            if (share_.mine(i)) initial_strain_ += blocks_.strain_energy[i];
        initial_total_ = ledger_total(ledger_);
    }
}

}  // namespace dda
