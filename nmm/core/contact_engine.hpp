// Contact of bodies on covers: candidates, open-close iteration and impact of one step, on the contact geometry, the
// joint laws and the contact law of dda.
//
// One attempt at a step changes the contacts only by `commit`; what moves is the caller's.
#pragma once

#include <string>
#include <vector>

#include "contact.hpp"
#include "contact_rows.hpp"
#include "contact_solve.hpp"
#include "contours.hpp"
#include "large_step.hpp"
#include "ledger.hpp"
#include "scheme.hpp"

namespace nmm {

struct StepInput {
    std::span<const double> u, v;  ///< coefficients at the start [m], [m/s]
    std::span<const double> b;     ///< right-hand side without contacts [N/m]
    std::span<const double> load;  ///< force scale of each owner from its loads [N/m]
    double h = 0.0;                ///< s
    double time = 0.0;             ///< at the start of the step [s]
    bool is_static = false, stuck = false;
    Vec2 gravity;
    const LargeStep* large = nullptr;  ///< begun at u; none: the step is linear
};

struct StepOutput {
    std::string failure;
    std::vector<double> d;  ///< displacement of the step
    int open_close = 0, solver_iterations = 0, candidates = 0, closed = 0;
    bool loose = false;
    double residual = 0.0, penetration = 0.0, missed = 0.0, motion = 0.0;  ///< of the size; largest of a vertex [m]
};

class ContactEngine {
  public:
    ContactEngine(Contours contours, const dda::ModelData& joints, std::string_view scheme, double penalty, double dt);

    /// Contacts that touch at the start are closed, and bonded where their joint has a strength.
    void initialise(std::span<const double> u, std::span<const double> v);
    StepOutput attempt(const BaseMatrix& A, const StepInput& input);
    /// Book the work of the contacts of the last attempt, end the step; returns the new velocities. shift: where the
    /// points are in the end, d itself in a linear step; v: 2 d / h - v_0, turned as the points are.
    std::vector<double> commit(const BaseMatrix& M, std::span<const double> d, std::span<const double> shift,
                               std::span<const double> v, double h, bool is_static);
    /// Other joints; the contacts stay.
    void revise(const dda::ModelData& joints) { joints_ = dda::JointTable(joints); }

    const std::vector<dda::Contact>& contacts() const { return contacts_; }
    const Contours& contours() const { return contours_; }
    const dda::Ledger& booked() const { return booked_; }  ///< of the last commit; `contact` is what springs hold now
    double smallest() const { return smallest_; }
    void reset_slip() { std::fill(contours_.blocks.slip.begin(), contours_.blocks.slip.end(), 0.0); }
    std::vector<double> save() const;
    void load(std::span<const double> state);

  private:
    void place(std::span<const double> u);
    void find_contacts(double reach);
    void set_scales(const StepInput& input);
    void set_directions(Stencil& s, const dda::Contact& c, std::span<const double> d, double part) const;
    void resolve_joint(dda::Contact& c);
    std::vector<int> once(const std::vector<int>& candidates);

    Contours contours_;
    dda::JointTable joints_;
    dda::Scheme scheme_of(bool is_static) const;
    dda::Scheme scheme_;
    dda::ContactOptions options_;
    double dt_ = 0.0, smallest_ = 1.0;
    std::vector<dda::Contact> contacts_;  // sorted by (vertex, edge)
    std::vector<dda::ContactRow> rows_;
    std::vector<Stencil> stencils_;
    std::vector<Vec2> beyond_;  // of the last attempt, normal and tangential
    std::vector<double> force_scale_;
    double acceleration_ = 1.0;
    dda::Ledger booked_;
    ContactMatrix step_matrix_, impact_matrix_;
};

}  // namespace nmm
