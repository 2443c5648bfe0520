// Vectors of six unknowns a block: the updates and scalar products of Krylov methods. Sums go by fixed ranges.
#pragma once

#include <span>
#include <vector>

#include "types.hpp"

namespace dda {

class BlockVectors {
  public:
    /// Vectors of fewer than 4096 rows stay on one thread: waking others takes longer than the work.
    void set_threads(int threads, int rows) { threads_ = rows < 4096 ? 1 : threads; }

    /// a . b
    double dot(std::span<const Vec6> a, std::span<const Vec6> b);
    /// r = b - r; returns r . r
    double subtract_from(std::span<const Vec6> b, std::span<Vec6> r);
    /// x += alpha p, r -= alpha q; returns r . r
    double advance(double alpha, std::span<const Vec6> p, std::span<const Vec6> q, std::span<Vec6> x,
                   std::span<Vec6> r);
    /// p = z + beta p
    void turn(std::span<const Vec6> z, double beta, std::span<Vec6> p);

    /// y += alpha x
    void add(double alpha, std::span<const Vec6> x, std::span<Vec6> y);
    /// y *= alpha
    void scale(double alpha, std::span<Vec6> y);
    /// y -= alpha x; returns y . other (which may be y itself)
    double remove(double alpha, std::span<const Vec6> x, std::span<Vec6> y, std::span<const Vec6> other);

  private:
    template <class Work>
    double sum(int rows, const Work& work);

    int threads_ = 1;
    std::vector<double> partial_;
};

}  // namespace dda
