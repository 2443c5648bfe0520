// The part of the bindings that is about contact.
#pragma once

#include <nanobind/nanobind.h>

void bind_contact(nanobind::module_& m);
