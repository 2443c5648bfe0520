// A DDA run: blocks, contacts and loads carried from step to step.
//
// One attempt at a step changes nothing but its own result; only an accepted attempt is committed, so a step that fails
// is simply tried again with half the length.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "blocks.hpp"
#include "contact.hpp"
#include "contact_rows.hpp"
#include "impact.hpp"
#include "ledger.hpp"
#include "linear_solver.hpp"
#include "loads.hpp"
#include "model_data.hpp"
#include "scheme.hpp"
#include "share.hpp"
#include "step_system.hpp"

namespace dda {

struct Options {
    double dt = 1e-3;  ///< nominal step [s]
    Scheme scheme = SCHEMES[0];
    int threads = 1;
    ContactOptions contact;
    double solver_tolerance = 1e-8;   ///< relative residual of the linear solver
    int max_open_close = 60;          ///< iterations before the step is cut
    int max_cuts = 14;                ///< halvings of the nominal step before the run stops
    double displacement_limit = 0.2;  ///< of the block size: largest motion of a step near other blocks
    double rotation_limit = 0.2;      ///< rad: largest rotation of a step near other blocks
    double static_limit = 0.01;       ///< of the smallest block: largest motion of a relaxation step
    double penetration_limit = 1e-2;  ///< of the block size: a step that leaves more is cut
    /// Smallest and mean size of the moving blocks of the whole model [m], where this is a part of it; 0: of the
    /// blocks.
    std::array<double, 2> sizes{};
};

/// What happened in the last step.
struct StepReport {
    int open_close = 0;
    int solver_iterations = 0;
    int direct_solves = 0;
    int contacts = 0;  ///< candidates
    int closed = 0;
    int impact_sweeps = 0;
    bool loose = false;            ///< rigid contacts came to rest to a loose tolerance only
    double residual = 0.0;         ///< relative, of the last linear solve
    double penetration = 0.0;      ///< largest of a rigid contact, of the block size
    double missed = 0.0;           ///< largest miss of the gap that a rigid contact was to reach, of the block size
    double unbalanced = 0.0;       ///< largest unbalanced force of a block, of its force scale (weight, load)
    double displacement = 0.0;     ///< largest of any point [m]
    double complementarity = 0.0;  ///< scheme with inequalities: largest |min(gap, normal / stiffness)| over block size
    double dt = 0.0;
};

struct Totals {
    long open_close = 0, solver_iterations = 0, direct_solves = 0, cuts = 0;
    long loose = 0;      ///< accepted substeps and relaxation steps to a loose tolerance only
    long untrusted = 0;  ///< blocks times accepted steps that a learned law answered by its fall-back
    /// Largest that an accepted one left, as in StepReport.
    double penetration = 0.0, missed = 0.0, unbalanced = 0.0;
    double contact_seconds = 0.0, assembly_seconds = 0.0, solve_seconds = 0.0, other_seconds = 0.0;
};

struct Settlement {
    bool converged = false;
    double residual = 0.0;  ///< largest unbalanced force over the block's force scale
    int steps = 0;
    double displacement = 0.0;  ///< largest motion of a centroid [m]
    std::string reason;         ///< why it stopped when not converged
};

/// The run cannot go on: even the shortest step fails.
struct StepFailed : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// What a relaxation remembers of its blocks: where they were when it began, and the largest force scale since then.
struct Relaxation {
    std::vector<Vec2> start;    ///< m
    std::vector<double> scale;  ///< N/m
};

class Simulation {
  public:
    Simulation(const ModelData& model, const Options& options);

    void advance(double h);  ///< one nominal step of length h, cut where needed
    Settlement settle(double tolerance, int max_steps, bool stuck);
    void revise(const ModelData& model);  ///< joints, loads, water, supports anew; blocks and state stay
    void reset(bool displacement, bool energy, bool slip);

    std::vector<std::byte> save();
    void load(std::span<const std::byte> state);

    double drift() const;
    const Ledger& ledger() const { return ledger_; }
    const Blocks& blocks() const { return blocks_; }
    const std::vector<Contact>& contacts() const { return contacts_; }
    const StepReport& report() const { return report_; }
    const Totals& totals() const { return totals_; }
    double time() const { return time_; }
    long steps() const { return steps_; }
    long substeps() const { return substeps_; }
    Options& options() { return options_; }

  private:
    friend class Part;  // cuts it into the parts of ranks

    struct Attempt {
        std::string failure;  // empty when accepted
        std::vector<Vec6> d;  // one a moving block
        std::vector<ContactRow> rows;
        StepReport report;
    };

    void install_pins();  ///< fixed points of the model: those that were there as they are, new ones where they are now

    // step.cpp
    Attempt attempt(double dt, bool is_static);
    class StepProblem;
    void find_states(Attempt& a, const ContactOptions& contact, bool is_static);
    double sliding_speed(const ContactRow& row, double dt) const;
    void evaluate_friction(std::vector<ContactRow>& rows, double dt) const;
    void make_maps(std::span<const Vec6> d, std::vector<StepMap>& maps) const;
    double motion_of(int block, const Vec6& d) const;
    // force_scale.cpp
    void set_scales();
    // candidates.cpp
    void initialise_contacts();
    std::vector<int> update_candidates(double dt, bool is_static, double allowed);
    void rebuild_near_pairs(double margin);
    double allowed_motion(double dt, bool is_static) const;
    std::vector<std::array<int, 2>> block_pairs() const;
    double near_slack(double allowed) const;
    // together.cpp: what a part of a model does with the other parts
    void renew_ghosts(double dt, bool is_static, const StepTime& step);
    void note_pairs();
    void drop_loads_of_ghosts();
    void share_scales();
    double unbalance_together(const Attempt& a) const;
    SolveReport solve_together(const Attempt& a, const SolverOptions& options, std::vector<Vec6>& x);
    ImpactReport resolve_together(const Attempt& a, std::span<const std::array<double, 2>> support,
                                  std::vector<Vec6>& velocity, double dt, double speed_scale);
    // commit.cpp
    void commit(Attempt& a, double dt, bool is_static);
    void commit_contacts(const Attempt& a, double dt);
    void book_contacts(const Attempt& a);
    double kinetic_energy(std::span<const Mat6> mass) const;
    double spring_energy(const ContactRow& row, double gap, double elongation) const;
    // state.cpp
    template <class Archive>
    void transfer(Archive& archive);

    ModelData model_;
    Options options_;
    Blocks blocks_;
    JointTable joints_;
    std::unique_ptr<Loads> loads_;
    LinearSolver solver_;
    StepSystem system_;
    ImpactSolver impacts_;
    std::vector<Contact> contacts_;  // sorted by (vertex, edge)
    std::vector<Pin> pins_;
    std::vector<double> radius_;          // largest distance of a vertex from the centroid [m]
    std::vector<char> near_;              // has near pairs
    std::vector<StepMap> maps_;           // of the current iterate
    std::vector<Vec2> fixed_motion_;      // of fixed blocks in the current step [m]
    double smallest_ = 1.0, mean_ = 1.0;  // block sizes [m]
    double near_margin_ = -1.0, moved_since_ = 0.0;
    Share share_;
    Relaxation relaxation_;
    std::vector<double> force_scale_;  // typical of each block in the current step [N/m]
    double acceleration_scale_ = 1.0;  // typical of the whole in the current step [m/s2]
    double piece_ = 0.0;               // length that the last cut step needed [s]
    double static_dt_ = 0.0;
    Ledger ledger_;
    double initial_total_ = 0.0, initial_strain_ = 0.0;
    double time_ = 0.0;
    long steps_ = 0, substeps_ = 0;
    StepReport report_;
    Totals totals_;
};

double ledger_total(const Ledger& l);

}  // namespace dda
