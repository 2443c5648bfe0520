// Loads and supports of one step, gathered into a generalised force per moving block and a list of rows.
//
// The time scheme evaluates the forces of a step at t_force: the end of the step for scheme shi, its middle for
// scheme conserving, and the motion within the step enters through the rows: a spring of stiffness k adds
// k * theta to the matrix, where theta = 1 (shi, force at the end) or 1/2 (conserving, mean of both ends); a dashpot c
// adds c * 2 / dt * theta' ... see loads.cpp, where each formula stands above its line.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "blocks.hpp"
#include "ledger.hpp"
#include "model_data.hpp"
#include "row.hpp"

namespace dda {

struct StepTime {
    double start = 0.0;  ///< s
    double dt = 0.0;     ///< s
    double theta = 1.0;  ///< where in the step forces are taken: 1 end (shi), 1/2 middle (conserving)
    bool is_static = false;  ///< relaxation: velocities are zero, dashpots off, histories held at `start`
};

class Loads {
  public:
    Loads(const ModelData& model, const Blocks& blocks);

    /// Fill `force` and `rows` for the step that starts now. `pairs` are the candidate block pairs (i < j).
    void prepare(const Blocks& blocks, std::span<const std::array<int, 2>> pairs, const StepTime& step);

    /// The step was accepted with increments d (one a moving block): advance bolts and held points, book the work in
    /// `ledger.external`, `ledger.contact` (spring energy now), `ledger.breakage`, `ledger.scheme` (dashpots).
    void commit(const Blocks& before, std::span<const Vec6> d, const StepTime& step, Ledger& ledger);

    std::vector<Vec6> force;  ///< one a moving block [N, N m, ...] at the point in time of the scheme; gravity excluded
    std::vector<Row> rows;    ///< springs and dashpots

    /// Everything that changes in a run and is not a function of time, for checkpoints.
    std::vector<double> save() const;
    void load(std::span<const double> state);

  private:
    struct Impl;
};

}  // namespace dda
