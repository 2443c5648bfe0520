// Whether a small symmetric matrix is positive definite: Cholesky's factors exist.
#pragma once

#include <cmath>
#include <vector>

namespace dda::laws {

inline bool definite(const double* M, int n) {
    std::vector<double> L(M, M + n * n);
    for (int j = 0; j < n; ++j) {
        for (int k = 0; k < j; ++k) L[n * j + j] -= L[n * j + k] * L[n * j + k];
        if (!(L[n * j + j] > 0.0)) return false;
        L[n * j + j] = std::sqrt(L[n * j + j]);
        for (int i = j + 1; i < n; ++i) {
            for (int k = 0; k < j; ++k) L[n * i + j] -= L[n * i + k] * L[n * j + k];
            L[n * i + j] /= L[n * j + j];
        }
    }
    return true;
}

}  // namespace dda::laws
