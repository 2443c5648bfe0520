#include "load.hpp"

#include <algorithm>

namespace dda {

void match_records(std::span<const double> saved, std::size_t size, std::size_t key, std::span<double> members) {
    std::vector<bool> used(saved.size() / size, false);
    for (std::size_t m = 0; m < members.size(); m += size) {
        for (std::size_t s = 0; s < used.size(); ++s) {
            const auto record = saved.subspan(s * size, size);
            if (used[s] || !std::equal(record.begin(), record.begin() + key, members.begin() + m)) continue;
            std::copy(record.begin(), record.end(), members.begin() + m);
            used[s] = true;
            break;
        }
    }
}

}  // namespace dda
