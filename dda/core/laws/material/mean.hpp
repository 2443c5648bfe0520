// The mean stress of a law without state over a step, along the straight way from strain a to strain b = a + d,
//
//     s = int_0^1 sigma(a + x d) dx,     s . d = psi(b) - psi(a),     ds / dd = int_0^1 x C(a + x d) dx,
//
// by three points of Gauss, which leave |d|^7 of the work. Energy is kept by a step that uses s for its force, where
// the stress in the middle keeps that of linear laws only (average vector field, Quispel & McLaren 2008).
#pragma once

#include "../../material_law.hpp"

namespace dda::laws {

/// strain: b, strain_old: a; answers s and ds / dd, whose symmetry is that of the law's tangent.
void mean_over_step(const MaterialLaw& law, const MaterialPoints& in, const MaterialAnswer& out);

}  // namespace dda::laws
