#include "quiet_rows.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace dda {
namespace {

constexpr double GAP_PART = 4.0, EDGE_PART = 8.0;  // see the bound above
constexpr double BESIDE = 0.5;                     // of the edge length: where the foot may lie beyond the edge
constexpr int FIRST_LOOKS = 3;  // choices in a row at the start of a step, while its motion is still found
constexpr int WOKEN_PART = 8;   // one part in so many awake again: choose anew

// Open now and at the start of the step, without force, multiplier or memory of a force?
bool idle(const ContactRow& r) {
    return r.pin < 0 && !r.bonded && r.state == ContactState::open && r.gap0 > 0.0 && r.target == 0.0 &&
           r.normal == 0.0 && r.shear == 0.0 && r.multiplier_n == 0.0 && r.multiplier_t == 0.0 && r.before_n == 0.0 &&
           r.before_t == 0.0 && r.solve_n == 0.0 && r.solve_t == 0.0 && r.stiff_n == 0.0 && r.stiff_t == 0.0 &&
           r.cross == 0.0 && r.used_n == 0.0 && r.used_t == 0.0;
}

}  // namespace

QuietRows::QuietRows(int rows, const Blocks& blocks, std::span<const double> radius)
    : blocks_(blocks), radius_(radius), awake_(rows) {
    wake_all();
}

void QuietRows::wake_all() {
    awake_.resize(awake_.size() + sleepers_.size());
    std::iota(awake_.begin(), awake_.end(), 0);
    sleepers_.clear();
    chosen_ = 0;
}

bool QuietRows::due(std::span<const StepMap> maps) {
    if (++looks_ <= FIRST_LOOKS) {
        wake_all();
        return true;
    }
    if (sleepers_.empty()) return false;
    for (std::size_t i = 0; i < maps.size(); ++i) {
        const StepMap &a = maps[i], &b = then_[i];
        double turned = 0.0;
        for (int k = 0; k < 4; ++k) turned += (a.A[k] - b.A[k]) * (a.A[k] - b.A[k]);
        moved_[i] = norm(a.shift - b.shift) + radius_[i] * std::sqrt(turned);
    }
    const auto woken = std::stable_partition(sleepers_.begin(), sleepers_.end(), [&](const Sleeper& s) {
        return moved_[s.vertex_block] + moved_[s.edge_block] < s.within;
    });
    if (woken == sleepers_.end()) return false;
    if (WOKEN_PART * (chosen_ - (woken - sleepers_.begin())) > chosen_) {
        wake_all();
        return true;
    }
    const auto old = static_cast<std::ptrdiff_t>(awake_.size());
    for (auto s = woken; s != sleepers_.end(); ++s) awake_.push_back(s->row);
    std::inplace_merge(awake_.begin(), awake_.begin() + old, awake_.end());
    sleepers_.erase(woken, sleepers_.end());
    return false;
}

void QuietRows::choose(std::span<const ContactRow> rows, const std::vector<Contact>& contacts,
                       std::span<const StepMap> maps) {
    awake_.clear();
    sleepers_.clear();
    then_.assign(maps.begin(), maps.end());
    moved_.resize(maps.size());
    for (int i = 0; i < static_cast<int>(rows.size()); ++i) {
        const ContactRow& r = rows[i];
        if (idle(r) && r.along0 > -BESIDE && r.along0 < 1.0 + BESIDE) {
            const Contact& c = contacts[r.contact];
            const Vec2 edge = blocks_.position[blocks_.next[c.edge]] - blocks_.position[c.edge];
            const double within = std::min(r.gap / GAP_PART, norm(edge) / EDGE_PART);
            if (within > 0.0) {
                sleepers_.push_back({i, blocks_.owner[c.vertex], blocks_.owner[c.edge], within});
                continue;
            }
        }
        awake_.push_back(i);
    }
    chosen_ = sleepers_.size();
}

}  // namespace dda
