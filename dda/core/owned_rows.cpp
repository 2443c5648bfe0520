#include "owned_rows.hpp"

#include <algorithm>
#include <stdexcept>

namespace dda {
namespace {

// A pattern of rows, and places in it.
class Rows {
  public:
    Rows(const Share& share, OwnedRows& out) : share_(share), out_(out), first_(share.owned.size() + 1, 0) {
        for (const auto& [i, j] : share.pairs) {
            ++first_[i + 1];
            entries_.push_back({share.column[j], j});
        }
        for (std::size_t s = 0; s < share.owned.size(); ++s) first_[s + 1] += first_[s];
        for (const int s : share.slots) {
            std::sort(entries_.begin() + first_[s], entries_.begin() + first_[s + 1]);
            out.start.push_back(first_[s + 1]);
        }
        for (const auto& [column, slot] : entries_) out.column.push_back(column);
        out.values.assign(36 * entries_.size(), 0.0);
    }

    // A += B in the block (i, j) of slots, if row i is here.
    template <class Block>
    void add(int i, int j, Block block) {
        if (i < 0 || j < 0 || !share_.owned[i]) return;
        const auto begin = entries_.begin() + first_[i], end = entries_.begin() + first_[i + 1];
        const auto it = std::lower_bound(begin, end, std::array<int, 2>{share_.column[j], j});
        if (it == end || (*it)[1] != j) throw std::logic_error("blocks touch that are no near pair");
        const std::size_t width = 6 * static_cast<std::size_t>(end - begin);
        double* const a = out_.values.data() + 36 * first_[i] + 6 * (it - begin);
        for (int r = 0; r < 6; ++r)
            for (int c = 0; c < 6; ++c) a[r * width + c] += block(r, c);
    }

  private:
    const Share& share_;
    OwnedRows& out_;
    std::vector<int> first_;
    std::vector<std::array<int, 2>> entries_;  // column and slot
};

}  // namespace

OwnedRows owned_rows(const StepSystem& system, std::span<const ContactRow> rows, const Share& share) {
    OwnedRows out;
    out.new_pattern = any(share.team, share.new_pairs);
    Rows a(share, out);
    const BlockMatrix& matrix = system.matrix();
    for (const int s : share.slots) a.add(s, s, [&](int r, int c) { return matrix.diagonal(s)(r, c); });
    const auto pairs = matrix.pairs();
    for (std::size_t k = 0; k < pairs.size(); ++k) {
        const auto [i, j] = pairs[k];
        const Mat6& block = matrix.off_diagonal(static_cast<int>(k));
        a.add(i, j, [&](int r, int c) { return block(r, c); });
        a.add(j, i, [&](int r, int c) { return block(c, r); });
    }
    bool slides = false;
    for (const ContactRow& row : rows) {  // t cross n^T
        if (row.cross == 0.0) continue;
        slides = true;
        for (int p = 0; p < 2; ++p)
            for (int q = 0; q < 2; ++q)
                a.add(row.slot[p], row.slot[q], [&](int r, int c) { return row.cross * row.t[p][r] * row.n[q][c]; });
    }
    out.symmetric = !any(share.team, slides);
    return out;
}

}  // namespace dda
