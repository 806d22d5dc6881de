// Debian ships Boost.JSON as headers only; this is the one file that compiles the rest of it.
#include <boost/json/src.hpp>
