#include "block_vectors.hpp"

#include "block_kernels.hpp"
#include "ranges.hpp"

namespace dda {

using namespace kernels;

namespace {

DDA_INLINE double total(const Six& s) {
    return ((s.lo[0] + s.lo[2]) + (s.lo[1] + s.lo[3])) + (s.hi[0] + s.hi[1]);
}
DDA_INLINE void add_squares(Six& s, const Six& a, const Six& b) {
    s.lo += a.lo * b.lo;
    s.hi += a.hi * b.hi;
}

DDA_CLONES double dot_rows(const Vec6* a, const Vec6* b, int first, int last) {
    Six s = zero(), u, v;
    for (int i = first; i < last; ++i) {
        load(u, a[i].data());
        load(v, b[i].data());
        add_squares(s, u, v);
    }
    return total(s);
}

DDA_CLONES double subtract_rows(const Vec6* b, Vec6* r, int first, int last) {
    Six s = zero(), u, v;
    for (int i = first; i < last; ++i) {
        load(u, b[i].data());
        load(v, r[i].data());
        u.lo -= v.lo;
        u.hi -= v.hi;
        store(r[i].data(), u);
        add_squares(s, u, u);
    }
    return total(s);
}

DDA_CLONES double advance_rows(double alpha, const Vec6* p, const Vec6* q, Vec6* x, Vec6* r, int first, int last) {
    Six s = zero(), u, v;
    for (int i = first; i < last; ++i) {
        load(u, p[i].data());
        load(v, x[i].data());
        axpy(v, alpha, u);
        store(x[i].data(), v);
        load(u, q[i].data());
        load(v, r[i].data());
        axpy(v, -alpha, u);
        store(r[i].data(), v);
        add_squares(s, v, v);
    }
    return total(s);
}

DDA_CLONES void turn_rows(const Vec6* z, double beta, Vec6* p, int first, int last) {
    Six u, v;
    for (int i = first; i < last; ++i) {
        load(u, p[i].data());
        load(v, z[i].data());
        axpy(v, beta, u);
        store(p[i].data(), v);
    }
}

DDA_CLONES void add_rows(double alpha, const Vec6* x, Vec6* y, int first, int last) {
    Six u, v;
    for (int i = first; i < last; ++i) {
        load(u, x[i].data());
        load(v, y[i].data());
        axpy(v, alpha, u);
        store(y[i].data(), v);
    }
}

DDA_CLONES double remove_rows(double alpha, const Vec6* x, Vec6* y, const Vec6* other, int first, int last) {
    Six s = zero(), u, v;
    for (int i = first; i < last; ++i) {
        load(u, x[i].data());
        load(v, y[i].data());
        axpy(v, -alpha, u);
        store(y[i].data(), v);
        load(u, other[i].data());
        add_squares(s, u, v);
    }
    return total(s);
}

}  // namespace

template <class Work>
double BlockVectors::sum(int rows, const Work& work) {
    partial_.assign(range_count(rows), 0.0);
    for_each_rows(rows, threads_, [&](int first, int last, int k) { partial_[k] = work(first, last); });
    double s = 0.0;
    for (double part : partial_) s += part;
    return s;
}

double BlockVectors::dot(std::span<const Vec6> a, std::span<const Vec6> b) {
    return sum(static_cast<int>(a.size()),
               [&](int first, int last) { return dot_rows(a.data(), b.data(), first, last); });
}

double BlockVectors::subtract_from(std::span<const Vec6> b, std::span<Vec6> r) {
    return sum(static_cast<int>(r.size()),
               [&](int first, int last) { return subtract_rows(b.data(), r.data(), first, last); });
}

double BlockVectors::advance(double alpha, std::span<const Vec6> p, std::span<const Vec6> q, std::span<Vec6> x,
                             std::span<Vec6> r) {
    return sum(static_cast<int>(x.size()), [&](int first, int last) {
        return advance_rows(alpha, p.data(), q.data(), x.data(), r.data(), first, last);
    });
}

void BlockVectors::turn(std::span<const Vec6> z, double beta, std::span<Vec6> p) {
    for_each_rows(static_cast<int>(p.size()), threads_,
                  [&](int first, int last, int) { turn_rows(z.data(), beta, p.data(), first, last); });
}

void BlockVectors::add(double alpha, std::span<const Vec6> x, std::span<Vec6> y) {
    for_each_rows(static_cast<int>(y.size()), threads_,
                  [&](int first, int last, int) { add_rows(alpha, x.data(), y.data(), first, last); });
}

void BlockVectors::scale(double alpha, std::span<Vec6> y) {
    for (Vec6& e : y)
        for (double& v : e) v *= alpha;
}

double BlockVectors::remove(double alpha, std::span<const Vec6> x, std::span<Vec6> y, std::span<const Vec6> other) {
    return sum(static_cast<int>(y.size()),
               [&](int first, int last) { return remove_rows(alpha, x.data(), y.data(), other.data(), first, last); });
}

}  // namespace dda
