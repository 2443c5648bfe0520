// The linear system of one open-close iteration: inertia, elasticity and loads, which stay, and the contact rows, whose
// stiffness and force change. Sums run block by block and pair by pair in a fixed order, whatever the thread count.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "block_matrix.hpp"
#include "contact_rows.hpp"
#include "row.hpp"

namespace dda {

class StepSystem {
  public:
    /// Pattern and constant part of a step: (2 / dt^2) M + theta A D and 2 / dt M v + loads - A sigma, with the rows of
    /// springs and dashpots. `force_scale`: a force typical of each block [N/m].
    void begin(const Blocks& blocks, std::span<const Vec6> load, std::span<const Row> load_rows,
               std::span<const ContactRow> rows, const Scheme& scheme, double dt, Vec2 gravity, bool is_static,
               std::span<const double> force_scale, int threads);
    /// Make the internal force do exactly the work that the block stores under d, plus the loss of the scheme, by
    /// scaling its increment along K eps (a discrete gradient). Returns the largest change over the force scale.
    /// Laws with a state are linearised anew at d instead: their force is that of the strain theta eps.
    double correct_elasticity(const Blocks& blocks, std::span<const StepMap> maps, std::span<const Vec6> d,
                              int threads);
    /// Work of the internal force of a block with such a law under d, as it stands in the equations [J/m].
    double law_work(const Blocks& blocks, int block, const Vec6& d) const;
    /// Add the contact rows as they stand.
    void assemble(std::span<const ContactRow> rows, int threads);
    /// Is the matrix another one than before the last `assemble`? Not where every contact has kept its stiffness.
    bool matrix_changed() const { return changed_; }

    /// Unbalanced force at d with the true contact forces of the rows, over the force scales: root of the mean square.
    double unbalance(std::span<const ContactRow> rows, std::span<const Vec6> d) const;
    /// The sum of squares in it over some of the blocks, by their slots.
    double unbalanced_squares(std::span<const ContactRow> rows, std::span<const Vec6> d,
                              std::span<const int> slots) const;
    /// The largest of a block; of the blocks `owned` by their slots, if given.
    double largest_unbalance(std::span<const ContactRow> rows, std::span<const Vec6> d,
                             const std::vector<char>* owned) const;
    const BlockMatrix& matrix() const { return matrix_; }
    std::span<const Vec6> right_side() const { return b_; }
    std::span<const Mat6> mass() const { return mass_; }

    /// The parts that no contact has: diagonal blocks, their couplings (one of `pairs`), right side.
    std::span<const Mat6> base() const { return base_; }
    std::span<const Mat6> base_off() const { return base_off_; }
    std::span<const std::array<int, 2>> pairs() const { return pairs_; }
    std::vector<Vec6> constant_force() const;

  private:
    struct Incidence {
        int row, side;
    };
    void make_pattern(int moving, std::span<const Row> load_rows, std::span<const ContactRow> rows);
    void widen_pattern(std::span<const ContactRow> rows);
    int pair_of(int i, int j) const;
    std::vector<Vec6> unbalanced(std::span<const ContactRow> rows, std::span<const Vec6> d) const;
    double square(const Vec6& r, std::size_t slot) const;
    std::array<double, 3> law_force_now(const Blocks& blocks, int block, const Vec6& d) const;
    double linearise(const Blocks& blocks, int block, const Vec6& d);

    BlockMatrix matrix_;
    std::vector<Mat6> mass_, base_, base_off_;
    std::vector<double> size_, force_scale_;  // of the moving blocks [m], [N/m]
    std::vector<Vec6> base_b_, b_;
    std::vector<std::array<double, 3>> elastic_;  // correction of the internal force
    std::vector<std::array<double, 9>> tangent_;  // theta A d tau / d eps in `base_`, of laws with a state
    double theta_ = 1.0;
    std::vector<std::array<int, 2>> pairs_;
    std::vector<int> pair_start_;  // pairs by their first block
    /// Pairs that springs or dashpots couple; pairs that have a block in the matrix, and those as a list.
    std::vector<int> coupled_, in_matrix_;
    std::vector<char> acts_, row_acts_;
    std::vector<std::array<double, 2>> stiffness_;  // of the rows in the matrix, normal and tangential [N/m]
    bool base_changed_ = true, changed_ = true;
    std::vector<int> slot_start_;  // incidences of contact rows by block
    std::vector<Incidence> incidence_;
    std::vector<int> pair_rows_start_, pair_rows_;  // contact rows by pair
};

}  // namespace dda
