// Loads and supports of one step: a generalised force per moving block, and a list of rows for what answers to motion.
//
// The time schemes step by v1 = 2 d / dt - v0 and M (v1 - v0) / dt = f, and take f at start + theta dt: theta = 1 (shi,
// the end of the step) or 1/2 (conserving, the mean of both ends). With q = r . d the change of an elongation q0,
//   spring k    f = -k (q0 + theta q)                     row: stiffness theta k, force -k q0
//   dashpot c   f = -c (v0 + 2 theta (q / dt - v0))       row: stiffness 2 theta c / dt, force -c (1 - 2 theta) v0
// so that theta = 1 takes the dashpot's end velocity 2 q / dt - v0 and theta = 1/2 its mean q / dt.
//
// Energy. Since (v1 - v0) / dt . M d = 1/2 v1 M v1 - 1/2 v0 M v0, the kinetic energy changes by exactly f . d. Then for
// a spring  f q = -[1/2 k (q0 + q)^2 - 1/2 k q0^2] - (theta - 1/2) k q^2: what is stored, and what scheme shi loses.
#pragma once

#include <array>
#include <memory>
#include <span>
#include <vector>

#include "blocks.hpp"
#include "model_data.hpp"
#include "row.hpp"

namespace dda {

struct StepTime {
    double start = 0.0;      ///< s
    double dt = 0.0;         ///< s
    double theta = 1.0;      ///< where in the step forces are taken: 1 end (shi), 1/2 middle (conserving)
    bool is_static = false;  ///< relaxation: velocities are zero, dashpots off, histories held at `start`

    double force_time() const { return is_static ? start : start + theta * dt; }
    double end() const { return is_static ? start : start + dt; }
};

/// What loads and supports did in one step [J/m]; `stored` is a present value, all others are additions.
struct LoadEnergy {
    double stored = 0.0;      ///< in bolts and springs of held points now
    double external = 0.0;    ///< work of loads, water, base motion, moved supports and the tensioning of bolts
    double breakage = 0.0;    ///< stored energy lost with broken bolts
    double dissipated = 0.0;  ///< in dashpots, c (q / dt)^2 dt
    double scheme = 0.0;      ///< lost by the time scheme in springs and dashpots
};

class ForceLoad;
class SpringLoad;

class Loads {
  public:
    /// Bolts and held points are installed where the blocks are now.
    Loads(const ModelData& model, const Blocks& blocks);
    ~Loads();
    Loads(Loads&&) noexcept;
    Loads& operator=(Loads&&) noexcept;

    /// Fill `force` and `rows` for the step that starts now. `pairs`: all pairs of blocks (i < j, fixed ones too) that
    /// may be nearer to each other than OPEN_JOINT (water.hpp); only water reads them.
    void prepare(const Blocks& blocks, std::span<const std::array<int, 2>> pairs, const StepTime& step);

    /// The prepared step was accepted with increments d (one a moving block); `before` are the blocks at its start.
    /// Breaks bolts.
    LoadEnergy commit(const Blocks& before, std::span<const Vec6> d, const StepTime& step);

    /// How far a fixed block moves in the step [m]; zero for a block without a prescribed motion.
    Vec2 motion(int block, const StepTime& step) const;

    std::vector<Vec6> force;  ///< one a moving block [N, N m, ...] at the point in time of the scheme; gravity excluded
    std::vector<Row> rows;    ///< springs and dashpots

    /// Everything that changes in a run and is not a function of time. `load` keeps what it finds for the bolts and
    /// held points that this model has too (same blocks, same points) and leaves new ones as installed: it serves
    /// checkpoints and models revised in mid-run alike.
    std::vector<double> save() const;
    void load(std::span<const double> state);
    /// A saved state with the blocks numbered anew; what belongs to a block of number -1 is left out.
    std::vector<double> renumbered(std::span<const double> state, std::span<const int> number) const;
    /// The saved states of parts of a model as one.
    std::vector<double> merged(std::span<const std::vector<double>> states) const;

  private:
    std::vector<MovedBlock> moved_;
    std::vector<std::unique_ptr<ForceLoad>> forces_;
    std::vector<std::unique_ptr<SpringLoad>> springs_;
};

}  // namespace dda
