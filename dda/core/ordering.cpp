#include "ordering.hpp"

#include <Eigen/OrderingMethods>
#include <Eigen/SparseCore>
#include <algorithm>
#include <utility>

namespace dda {

namespace {

struct Graph {
    std::vector<int> start, neighbour;

    Graph(int rows, std::span<const std::array<int, 2>> pairs) : start(rows + 1, 0), neighbour(2 * pairs.size()) {
        for (const auto& [i, j] : pairs) {
            ++start[i + 1];
            ++start[j + 1];
        }
        for (int i = 0; i < rows; ++i) start[i + 1] += start[i];
        std::vector<int> next(start.begin(), start.end() - 1);
        for (const auto& [i, j] : pairs) {
            neighbour[next[i]++] = j;
            neighbour[next[j]++] = i;
        }
        // Lowest degree first, ties by number: the order of a breadth-first visit.
        for (int i = 0; i < rows; ++i)
            std::sort(neighbour.begin() + start[i], neighbour.begin() + start[i + 1],
                      [&](int a, int b) { return std::pair(degree(a), a) < std::pair(degree(b), b); });
    }
    int degree(int i) const { return start[i + 1] - start[i]; }
};

/// Breadth-first visit from `root`, appended to `visit`; `mark` of what is reached becomes `stamp`.
void breadth_first(const Graph& graph, int root, int stamp, std::vector<int>& mark, std::vector<int>& visit) {
    size_t head = visit.size();
    visit.push_back(root);
    mark[root] = stamp;
    for (; head < visit.size(); ++head) {
        const int i = visit[head];
        for (int k = graph.start[i]; k < graph.start[i + 1]; ++k) {
            const int j = graph.neighbour[k];
            if (mark[j] == stamp) continue;
            mark[j] = stamp;
            visit.push_back(j);
        }
    }
}

}  // namespace

std::vector<int> reverse_cuthill_mckee(int rows, std::span<const std::array<int, 2>> pairs) {
    const Graph graph(rows, pairs);
    std::vector<int> order, scratch, mark(rows, 0);
    order.reserve(rows);
    for (int first = 0; first < rows; ++first) {
        if (mark[first] == 3) continue;
        // Two trial visits lead to an end of the component, from where the levels are narrow.
        int root = first;
        for (int trial = 1; trial <= 2; ++trial) {
            scratch.clear();
            breadth_first(graph, root, trial, mark, scratch);
            root = scratch.back();
        }
        breadth_first(graph, root, 3, mark, order);
    }
    std::reverse(order.begin(), order.end());
    return order;
}

namespace {

/// Below this two parts are mostly separator.
constexpr int least_rows_for_two_parts = 256;

}  // namespace

PartedOrder part_order(int rows, std::span<const std::array<int, 2>> pairs) {
    const std::vector<int> band = reverse_cuthill_mckee(rows, pairs);
    const int parts = rows < least_rows_for_two_parts ? 1 : 2;
    std::vector<int> part(rows), separator(rows, 0);
    for (int k = 0; k < rows; ++k) part[band[k]] = static_cast<int>(static_cast<long>(k) * parts / rows);
    const std::vector<int> stretch = part;
    for (const auto& [i, j] : pairs)
        if (stretch[i] != stretch[j]) part[stretch[i] > stretch[j] ? i : j] = parts;

    PartedOrder result;
    result.start.assign(parts + 2, 0);
    for (int p : part) ++result.start[p + 1];
    for (int p = 0; p <= parts; ++p) result.start[p + 1] += result.start[p];
    result.order.resize(rows);
    std::vector<int> next(result.start.begin(), result.start.end() - 1);
    for (int i : band) result.order[next[part[i]]++] = i;
    if (parts == 2) std::reverse(result.order.begin() + result.start[1], result.order.begin() + result.start[2]);
    return result;
}

PartedOrder minimum_degree_order(int rows, std::span<const std::array<int, 2>> pairs) {
    std::vector<Eigen::Triplet<char>> entries;
    entries.reserve(2 * pairs.size() + rows);
    for (int i = 0; i < rows; ++i) entries.emplace_back(i, i, 1);
    for (const auto& [i, j] : pairs) {
        entries.emplace_back(i, j, 1);
        entries.emplace_back(j, i, 1);
    }
    Eigen::SparseMatrix<char> graph(rows, rows);
    graph.setFromTriplets(entries.begin(), entries.end());
    Eigen::PermutationMatrix<Eigen::Dynamic, Eigen::Dynamic, int> permutation;
    Eigen::AMDOrdering<int>()(graph, permutation);
    const int* order = permutation.indices().data();
    return {{order, order + rows}, {0, rows, rows}};
}

}  // namespace dda
