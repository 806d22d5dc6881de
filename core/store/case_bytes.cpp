#include "core/store/cases.h"
#include "core/store/state_bytes.h"

/// The bytes of column `cases.body`, with a version in front.
namespace haven::store {
namespace {

constexpr std::uint16_t bytes_version = 1;

}  // namespace

std::string encode(const CaseProgress& progress) {
    const auto& c = progress.the_case;
    std::string out;
    put_u16(out, bytes_version);
    put(out, c.id);
    put(out, c.state);
    put(out, std::int64_t{c.attempts});
    put(out, c.not_before);
    put(out, c.claimed_by);
    put(out, c.claimed_until);
    put(out, std::int64_t{c.reports});
    put(out, std::int64_t{c.reopened});
    put(out, c.close_reason);
    put(out, c.closed_at_level);
    put(out, progress.clocks);
    return out;
}

Result<CaseProgress> decode_progress(std::string_view bytes) {
    Reading in(bytes);
    if (in.version() != bytes_version) { return fail(Fault::broken, "expected the bytes of a case"); }
    CaseProgress progress;
    auto& c = progress.the_case;
    in.take(c.id);
    in.take(c.state);
    in.take(c.attempts);
    in.take(c.not_before);
    in.take(c.claimed_by);
    in.take(c.claimed_until);
    in.take(c.reports);
    in.take(c.reopened);
    in.take(c.close_reason);
    in.take(c.closed_at_level);
    take(in, progress.clocks);
    if (!in.whole()) { return fail(Fault::broken, "expected the bytes of a case"); }
    return progress;
}

}  // namespace haven::store
