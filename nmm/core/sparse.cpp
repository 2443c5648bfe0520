#include "sparse.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace nmm {
namespace {

std::vector<int> kept_functions(const Space& space, int cover) {
    std::vector<int> kept;
    for (int k = space.first[cover]; k < space.first[cover + 1]; ++k)
        if (space.number[k] >= 0) kept.push_back(space.number[k]);
    return kept;
}

// Pairs of covers of one clique, both ways and with themselves, each once.
std::vector<std::int64_t> neighbours(std::int64_t count, std::span<const int> start, std::span<const int> covers) {
    std::vector<std::int64_t> pairs;
    for (std::size_t c = 0; c + 1 < start.size(); ++c)
        for (int i = start[c]; i < start[c + 1]; ++i)
            for (int j = start[c]; j < start[c + 1]; ++j) pairs.push_back(covers[i] * count + covers[j]);
    std::sort(pairs.begin(), pairs.end());
    pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
    return pairs;
}

}  // namespace

Sparse::Sparse(const Space& space, std::span<const int> start, std::span<const int> covers) {
    const std::int64_t count = space.cover_count();
    const std::vector<std::int64_t> pairs = neighbours(count, start, covers);
    std::vector<std::vector<int>> kept(count);
    for (int c = 0; c < count; ++c) kept[c] = kept_functions(space, c);
    start_.assign(1, 0);
    for (std::size_t p = 0; p < pairs.size();) {
        const int row = static_cast<int>(pairs[p] / count);
        std::size_t end = p;
        while (end < pairs.size() && pairs[end] / count == row) ++end;
        for (std::size_t f = 0; f < kept[row].size(); ++f) {
            for (std::size_t q = p; q < end; ++q)
                for (int j : kept[pairs[q] % count]) column_.push_back(j);
            start_.push_back(static_cast<int>(column_.size()));
        }
        p = end;
    }
    values_.assign(4 * column_.size(), 0.0);
}

void Sparse::clear() {
    std::fill(values_.begin(), values_.end(), 0.0);
}

void Sparse::add_scaled(double factor, const Sparse& other) {
    for (std::size_t k = 0; k < values_.size(); ++k) values_[k] += factor * other.values_[k];
}

void Sparse::add_turned(double factor, const Sparse& other, std::span<const double> angle) {
    std::vector<double> c(angle.size()), s(angle.size());
    for (std::size_t k = 0; k < angle.size(); ++k) c[k] = std::cos(angle[k]), s[k] = std::sin(angle[k]);
    for (int i = 0; i < size(); ++i)
        for (int p = start_[i]; p < start_[i + 1]; ++p) {
            const int j = column_[p];
            const double* a = &other.values_[4 * p];
            // R_i A, then times R_j^T
            const double xx = c[i] * a[0] - s[i] * a[2], xy = c[i] * a[1] - s[i] * a[3];
            const double yx = s[i] * a[0] + c[i] * a[2], yy = s[i] * a[1] + c[i] * a[3];
            double* b = &values_[4 * p];
            b[0] += factor * (xx * c[j] - xy * s[j]);
            b[1] += factor * (xx * s[j] + xy * c[j]);
            b[2] += factor * (yx * c[j] - yy * s[j]);
            b[3] += factor * (yx * s[j] + yy * c[j]);
        }
}

int Sparse::find(int i, int j) const {
    const auto begin = column_.begin() + start_[i], end = column_.begin() + start_[i + 1];
    return static_cast<int>(std::lower_bound(begin, end, j) - column_.begin());
}

void Sparse::add(const Local& local, std::span<double> load) {
    for (int i = 0; i < local.count(); ++i) {
        const int row = local.number[i];
        load[2 * row] += local.load(2 * i);
        load[2 * row + 1] += local.load(2 * i + 1);
        for (int j = 0; j < local.count(); ++j) {
            double* block = &values_[4 * find(row, local.number[j])];
            block[0] += local.matrix(2 * i, 2 * j);
            block[1] += local.matrix(2 * i, 2 * j + 1);
            block[2] += local.matrix(2 * i + 1, 2 * j);
            block[3] += local.matrix(2 * i + 1, 2 * j + 1);
        }
    }
}

void Sparse::multiply(std::span<const double> x, std::span<double> y) const {
    for (int i = 0; i < size(); ++i) {
        double u = 0.0, v = 0.0;
        for (int p = start_[i]; p < start_[i + 1]; ++p) {
            const double* a = &values_[4 * p];
            const double s = x[2 * column_[p]], t = x[2 * column_[p] + 1];
            u += a[0] * s + a[1] * t;
            v += a[2] * s + a[3] * t;
        }
        y[2 * i] = u;
        y[2 * i + 1] = v;
    }
}

std::array<double, 4> Sparse::block(int i, int j) const {
    const double* a = &values_[4 * find(i, j)];
    return {a[0], a[1], a[2], a[3]};
}

}  // namespace nmm
