// The connected pieces of a model as bodies that turn: what of a step is rigid motion, and the exact rotation by it.
//
// Positions x = p(X) are in the space as displacements are: the constants and the affine functions are, to the last bit
// of their coefficients. Over a step the coefficients d of a piece are split
//
//     d = t + r J (p - c) + d',   t = int rho d / m,   r = w . d,   c the centre of mass,
//
// w the mean rotation by mass, or of a block the antisymmetric part of its gradient, as in dda. The piece then moves by
//
//     p <- c + t + R(r) (p + d' - c),
//
// with the exact rotation. Its elasticity feels d' = Pi d only, and its force is Pi^T f: whatever the law, it neither
// pushes nor turns the piece. Velocities turn with it, and its spin is set so that the moment of momentum stays:
// dw = -int rho d' x (v - V) / I. As in dda, what a piece's own spin would stretch it by is left out.
//
// Pieces that are held (supports, springs, ties) are not split: their step is d itself.
#pragma once

#include <span>
#include <vector>

#include "sparse.hpp"
#include "types.hpp"

namespace nmm {

using dda::Vec2;

class Pieces {
  public:
    /// piece: of each function; unit, place: coefficients of 1 and of X [m]; free: of each piece; affine: of each
    /// piece the functions of its two slopes where it is one block, else -1.
    Pieces(std::vector<int> piece, std::vector<double> unit, std::vector<Vec2> place, std::vector<char> free,
           std::vector<std::array<int, 2>> affine, const Sparse& mass);

    /// Frames of a step that begins at u.
    void begin(std::span<const double> u);
    /// d' = Pi d.
    std::vector<double> relative(std::span<const double> d) const;
    /// f <- Pi^T f
    void project(std::span<double> f) const;
    /// Displacement of the step, exact, p_1 - p_0.
    std::vector<double> shift(std::span<const double> d) const;
    /// Velocities v of the end of the step, in the directions of its start, turned.
    std::vector<double> turned(std::span<const double> v, std::span<const double> d) const;
    /// Angle r of every piece in the step [rad].
    std::vector<double> turns(std::span<const double> d) const;
    /// A point at x [m] at the start of the step moves, beyond what d says of it, by r times this [m] where its piece
    /// turns by r: (R(r) - 1) X = r sinc(r / 2) J R(r / 2) X, so that is (sinc(r / 2) R(r / 2) - 1) J X.
    Vec2 beyond(int piece, Vec2 x, double r) const;
    /// f += moment w on each free piece.
    void add_moments(std::span<const double> moment, std::span<double> f) const;
    int piece(int function) const { return piece_[function]; }
    /// Angle that fits the motion of each piece since the start best, one a function [rad].
    std::vector<double> angles(std::span<const double> u) const;

    int functions() const { return static_cast<int>(piece_.size()); }
    int count() const { return static_cast<int>(free_.size()); }

  private:
    struct Rigid {
        Vec2 t;
        double r = 0.0;
    };
    std::vector<Rigid> rigid(std::span<const double> d) const;
    std::vector<Vec2> means(std::span<const double> d) const;
    Vec2 position(int k, std::span<const double> u) const {
        return {place_[k].x + u[2 * k], place_[k].y + u[2 * k + 1]};
    }

    std::vector<int> piece_;
    std::vector<double> unit_;
    std::vector<Vec2> place_;
    std::vector<char> free_;
    std::vector<std::array<int, 2>> affine_;
    const Sparse& mass_;
    std::vector<double> momentum_;  ///< int rho N of each function [kg]
    std::vector<double> total_;     ///< mass of each piece [kg]
    std::vector<Vec2> arm_;         ///< M (X - C), undeformed [kg m]
    // Of the step.
    std::vector<Vec2> centre_;
    std::vector<double> q_, w_;  ///< two a function: J (p - c), and r = w . d
};

}  // namespace nmm
