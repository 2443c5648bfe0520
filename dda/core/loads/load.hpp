// The two kinds of load: forces that do not answer to the motion within a step, and springs or dashpots that do.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "../blocks.hpp"
#include "../loads.hpp"
#include "../row.hpp"

namespace dda {

/// What a load may look at.
struct LoadContext {
    const Blocks& blocks;                       ///< at the start of the step
    std::span<const std::array<int, 2>> pairs;  ///< near blocks, i < j
    const StepTime& step;
    const Loads& loads;  ///< for the motion of fixed blocks
};

class ForceLoad {
  public:
    virtual ~ForceLoad() = default;
    /// Add the generalised forces to `force`, one a moving block.
    virtual void add(const LoadContext& context, std::span<Vec6> force) const = 0;
};

/// How a saved record is made up: so many numbers, and at which places block numbers stand.
struct RecordLayout {
    std::size_t size = 0;
    std::vector<std::size_t> blocks;
};

class SpringLoad {
  public:
    virtual ~SpringLoad() = default;
    virtual void add_rows(const LoadContext& context, std::vector<Row>& rows) const = 0;
    /// Book the step that ended with increments d.
    virtual void commit(const LoadContext& context, std::span<const Vec6> d, LoadEnergy& energy) = 0;
    /// The records of all members, each `record_size()` numbers that start with `key_size()` numbers of identity.
    virtual std::vector<double> save() const = 0;
    virtual RecordLayout layout() const = 0;
    virtual void load(std::span<const double> records) = 0;
};

/// A factor that follows a history; 1 without one.
inline double factor(const Table& history, double t) {
    return history.empty() ? 1.0 : history.at(t);
}

/// Take the records (`size` numbers each, the first `key` of them identity) of a saved state for the members that it
/// knows: `members` are the records as they stand and are overwritten. Equal members are matched one to one, in order.
void match_records(std::span<const double> saved, std::size_t size, std::size_t key, std::span<double> members);

}  // namespace dda
