#include "cholesky_pattern.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "ordering.hpp"

namespace dda {

namespace {

/// The filled pattern: column j passes its rows below the first one on to that first one (its parent).
void fill_in(std::vector<std::vector<int>>& columns) {
    std::vector<int> merged;
    for (auto& column : columns) {
        if (column.size() < 2) continue;
        auto& parent = columns[column[0]];
        merged.clear();
        std::set_union(column.begin() + 1, column.end(), parent.begin(), parent.end(), std::back_inserter(merged));
        parent.swap(merged);
    }
}

}  // namespace

void CholeskyPattern::analyse(const BlockMatrix& a, Fill fill) {
    const int n = a.rows();
    const auto pairs = a.pairs();
    PartedOrder parted = fill == Fill::none ? part_order(n, pairs) : minimum_degree_order(n, pairs);
    order = std::move(parted.order);
    part_start = std::move(parted.start);
    std::vector<int> place(n);
    for (int k = 0; k < n; ++k) place[order[k]] = k;

    std::vector<std::vector<int>> columns(n);
    for (const auto& [i, j] : pairs) columns[std::min(place[i], place[j])].push_back(std::max(place[i], place[j]));
    for (auto& below : columns) std::sort(below.begin(), below.end());
    if (fill == Fill::complete) fill_in(columns);

    start.assign(1, 0);
    row.clear();
    for (const auto& below : columns) {
        row.insert(row.end(), below.begin(), below.end());
        start.push_back(static_cast<int>(row.size()));
    }
    source.assign(row.size(), no_source);
    for (size_t k = 0; k < pairs.size(); ++k) {
        const int i = place[pairs[k][0]], j = place[pairs[k][1]];
        const auto end = row.begin() + start[std::min(i, j) + 1];
        const auto at = std::lower_bound(row.begin() + start[std::min(i, j)], end, std::max(i, j));
        // The row-major block (i, j) of A, read by columns, is the block (j, i).
        source[at - row.begin()] = j > i ? static_cast<int>(k) : ~static_cast<int>(k);
    }

    target = row;
    for (int part = 0; part < parts(); ++part)
        for (int e = start[part_start[part]]; e < start[part_start[part + 1]]; ++e)
            if (row[e] >= separator()) target[e] = n + part * (n - separator()) + row[e] - separator();

    left_start.assign(n + 1, 0);
    for (int r : row) ++left_start[r + 1];
    for (int j = 0; j < n; ++j) left_start[j + 1] += left_start[j];
    left.resize(row.size());
    column.resize(row.size());
    std::vector<int> next(left_start.begin(), left_start.end() - 1);
    products = 0;
    longest = 0;
    for (int j = 0; j < n; ++j) {
        const std::int64_t length = start[j + 1] - start[j];
        products += length * (length + 3) / 2;
        longest = std::max(longest, static_cast<int>(length));
        for (int e = start[j]; e < start[j + 1]; ++e) {
            column[e] = j;
            left[next[row[e]]++] = e;
        }
    }
}

}  // namespace dda
