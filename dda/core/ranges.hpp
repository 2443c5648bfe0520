// Work cut into ranges whose number hangs on the size of the problem, never on the number of threads: sums within a
// range and over the ranges are taken in a fixed order, so that any number of threads gives the same bits.
#pragma once

#include <omp.h>

#include <algorithm>

namespace dda {

constexpr int rows_per_range = 256;

inline int range_count(int rows) {
    return (rows + rows_per_range - 1) / rows_per_range;
}

/// Threads beyond the processors only wait for each other.
inline int useful_threads(int threads) {
    static const int processors = omp_get_num_procs();
    return std::min(threads, processors);
}

/// work(k) for k = 0 .. count - 1, in any order and at the same time; the results must not hang on the order.
template <class Work>
void for_each_range(int count, int threads, const Work& work) {
    const int team = std::min(useful_threads(threads), count);
    if (team <= 1) {
        for (int k = 0; k < count; ++k) work(k);
        return;
    }
#pragma omp parallel for schedule(static, 1) num_threads(team)
    for (int k = 0; k < count; ++k) work(k);
}

/// work(first, last, k) for the rows of each range.
template <class Work>
void for_each_rows(int rows, int threads, const Work& work) {
    for_each_range(range_count(rows), threads,
                   [&](int k) { work(k * rows_per_range, std::min(rows, (k + 1) * rows_per_range), k); });
}

}  // namespace dda
