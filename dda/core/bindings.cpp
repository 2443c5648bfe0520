#include <nanobind/nanobind.h>

void bind_model(nanobind::module_& m);

NB_MODULE(_core, m) { bind_model(m); }
