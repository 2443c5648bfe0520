// A symmetric sparse matrix of 2 x 2 blocks, one block row a function, both halves stored.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "local.hpp"

namespace nmm {

class Sparse {
  public:
    /// Room for all pairs of functions of covers that occur in one clique; cliques as [start, start + 1) of `covers`.
    Sparse(const Space& space, std::span<const int> start, std::span<const int> covers);

    int size() const { return static_cast<int>(start_.size()) - 1; }
    void clear();
    /// this += factor other; both were made for the same cliques.
    void add_scaled(double factor, const Sparse& other);
    /// this += factor R other R^T, R the turn of each function's two unknowns by its angle [rad].
    void add_turned(double factor, const Sparse& other, std::span<const double> angle);
    /// Add to the matrix, and to the right-hand side.
    void add(const Local& local, std::span<double> load);
    /// y = A x
    void multiply(std::span<const double> x, std::span<double> y) const;

    std::span<const int> start() const { return start_; }
    std::span<const int> column() const { return column_; }
    std::span<const double> values() const { return values_; }  ///< 4 a block, row-major
    std::array<double, 4> block(int i, int j) const;

  private:
    int find(int i, int j) const;
    std::vector<int> start_, column_;
    std::vector<double> values_;
};

}  // namespace nmm
