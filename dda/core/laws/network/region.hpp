// The strains that a learned law was taught: a ball about rest and, in it, the ellipsoid and box of the data.
//     rho(eps) = max(|eps| / r, (sqrt(b^2 + a k) - b) / k, x_i / most_i, x_i / least_i)
//     a = x . A x,  b = x . A c,  k = 1 - c . A c
// 1 at the border, of first degree: (x / rho - c) . A (x / rho - c) = 1 (harmony/laws/coverage.py). x are the six
// components, or (tr / sqrt3, |dev|) where there are two numbers of c.
#pragma once

#include <vector>

namespace dda::laws {

class Region {
  public:
    /// r: norm of the strain [-]; c (d), A (d d): the ellipsoid, least < 0 < most (d): the box, or none of them.
    Region(double r, std::vector<double> c, std::vector<double> A, std::vector<double> least, std::vector<double> most);
    double gauge(const double* eps) const { return measure(eps, nullptr); }
    /// rho and its gradient (6).
    double measure(const double* eps, double* slope) const;

  private:
    double r_, k_ = 1.0;
    std::vector<double> c_, A_, Ac_, least_, most_;
};

}  // namespace dda::laws
