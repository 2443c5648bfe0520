#include "method_choice.hpp"

#include <algorithm>
#include <cmath>

namespace dda {

namespace {

// Weights measured on walls and slopes of 100 to 5,000 blocks; a unit is one block-vector product.
constexpr double unit_per_block_product = 4.5;    ///< one product of two blocks in a factorisation
constexpr double unit_per_incomplete_block = 15;  ///< making the incomplete factor, for each block of A
constexpr double unit_per_row = 3;                ///< vector updates and scalar products of an iteration
/// Above this many blocks (8 MiB) a matrix does not stay in the cache: its products cost this much more.
constexpr double cached_blocks = 29000, uncached = 2.5;
/// A plane graph ordered by minimum degree: products ~ 1.6 n^1.7, blocks ~ 1.5 n log2 n.
constexpr double fill_products = 1.6, fill_power = 1.7, fill_blocks = 1.5;

constexpr double first_guess_iterations = 20;
constexpr int trial_length = 16;
constexpr double patience = 1.5;  ///< a trial may lag by so many factorisations before it is lost
constexpr int first_wait = 32, longest_wait = 1024;
constexpr double mean_weight = 0.125;  ///< of the newest solve in the mean
constexpr double worse = 1.5;          ///< in use this much above what the other once took: try it again at once

size_t index(Method m) {
    return static_cast<size_t>(m);
}

}  // namespace

Work incomplete_work(int rows, int pairs) {
    const double weight = 2 * pairs > cached_blocks ? uncached : 1.0;
    return {weight * unit_per_incomplete_block * (rows + pairs), weight * (4.0 * pairs + (3.0 + unit_per_row) * rows)};
}

Work complete_work(int rows, int pairs, double entries, double products) {
    const double weight = entries > cached_blocks ? uncached : 1.0;
    return {weight * unit_per_block_product * products + unit_per_incomplete_block * rows,
            weight * (2.0 * entries + 2.0 * pairs + (3.0 + unit_per_row) * rows)};
}

Work expected_complete_work(int rows, int pairs) {
    const double n = std::max(rows, 2);
    return complete_work(rows, pairs, std::max<double>(pairs, fill_blocks * n * std::log2(n)),
                         fill_products * std::pow(n, fill_power));
}

void MethodChoice::begin(int rows, int pairs) {
    *this = MethodChoice{};
    complete_ = expected_complete_work(rows, pairs);
    incomplete_ = incomplete_work(rows, pairs);
    const double once = complete_.setup + 2 * complete_.iteration;
    if (once < incomplete_.setup + first_guess_iterations * incomplete_.iteration) method_ = Method::complete;
    wait_ = first_wait;
}

int MethodChoice::most_iterations(double times) const {
    const double most = times * (complete_.setup + complete_.iteration) / incomplete_.iteration;
    return static_cast<int>(std::clamp(most, first_guess_iterations, 1e9));
}

bool MethodChoice::trial_due() const {
    const double now = mean_[index(method_)], then = mean_[index(other(method_))];
    if (since_trial_ < trial_length) return false;
    const bool changed = then > 0.0 && now > worse * then && since_trial_ >= first_wait;
    if (since_trial_ < wait_ && !changed) return false;
    // A complete factor that could not win even if it were made once and served the whole trial is not tried.
    return method_ == Method::complete || complete_.setup + trial_length * complete_.iteration < trial_length * now;
}

void MethodChoice::record(double work) {
    double& mean = mean_[index(method_)];
    if (trial_) {
        trial_work_ += work;
        ++trial_solves_;
        const double before = mean_[index(other(method_))];
        const double setup = method_ == Method::complete ? complete_.setup : incomplete_.setup;
        const bool lost = trial_work_ > std::min(patience * setup + trial_solves_ * before, trial_length * before);
        if (trial_solves_ < trial_length && !lost) return;
        trial_ = false;
        since_trial_ = 0;
        mean = trial_work_ / trial_solves_;
        if (lost) {
            method_ = other(method_);
            wait_ = std::min(2 * wait_, longest_wait);
        } else {
            wait_ = first_wait;
        }
        return;
    }
    mean = mean > 0.0 ? mean + mean_weight * (work - mean) : work;
    ++since_trial_;
    if (!trial_due()) return;
    trial_ = true;
    trial_solves_ = 0;
    trial_work_ = 0.0;
    method_ = other(method_);
}

void MethodChoice::give_up() {
    trial_ = false;
    since_trial_ = 0;
    wait_ = std::min(2 * wait_, longest_wait);
    method_ = other(method_);
    mean_ = {};
}

}  // namespace dda
