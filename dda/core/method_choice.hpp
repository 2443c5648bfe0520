// Which factor preconditions the conjugate gradients: the incomplete one (cheap to make, tens of iterations) or the
// complete one (dear to make, one or two iterations, a few more while it serves matrices that came later).
// The rule counts work, never time: each method's mean work per solve is kept, and the one not in use is tried now and
// then. A trial that does not pay doubles the wait for the next.
#pragma once

#include <array>
#include <cstdint>

namespace dda {

enum class Method { incomplete, complete };

inline Method other(Method m) {
    return m == Method::incomplete ? Method::complete : Method::incomplete;
}

/// Work in products of a 6x6 block with a vector, the time of which is about 5 ns.
struct Work {
    double setup = 0.0, iteration = 0.0;
};

Work incomplete_work(int rows, int pairs);
/// Of a factor with so many blocks below the diagonal, made by so many products of two blocks.
Work complete_work(int rows, int pairs, double entries, double products);
/// The same before the pattern is known, from the usual fill of a plane graph.
Work expected_complete_work(int rows, int pairs);

class MethodChoice {
  public:
    /// A new system: begins with the method that the expected work of one solve favours.
    void begin(int rows, int pairs);
    Method method() const { return method_; }
    /// Work spent on one solve by method().
    void record(double work);
    /// The method in use did not solve the system: the other one from now on.
    void give_up();
    /// Iterations with the incomplete factor that cost `times` a solve with the complete one.
    int most_iterations(double times) const;
    /// What making and using the complete factor takes, once its pattern is known.
    void set_complete_work(const Work& work) { complete_ = work; }

  private:
    bool trial_due() const;

    Method method_ = Method::incomplete;
    Work incomplete_, complete_;
    std::array<double, 2> mean_{};  ///< work per solve of each method; 0: not known
    bool trial_ = false;
    int trial_solves_ = 0;
    double trial_work_ = 0.0;
    int since_trial_ = 0, wait_ = 0;
};

}  // namespace dda
