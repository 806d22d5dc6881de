#include "hub/api/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>
#include <map>
#include <mutex>

namespace haven::api {

struct Metrics::Parts {
    prometheus::Registry registry;
    prometheus::Family<prometheus::Counter>& requests =
        prometheus::BuildCounter().Name("haven_requests_total").Help("Requests answered.").Register(registry);
    prometheus::Family<prometheus::Histogram>& durations = prometheus::BuildHistogram()
                                                               .Name("haven_request_seconds")
                                                               .Help("From the whole head to the last byte.")
                                                               .Register(registry);
    prometheus::Family<prometheus::Gauge>& gauges =
        prometheus::BuildGauge().Name("haven_state").Help("What waits, by kind.").Register(registry);
};

Metrics::Metrics() : parts_(std::make_unique<Parts>()) {}
Metrics::~Metrics() = default;

void Metrics::served(Literal route, int status, std::chrono::microseconds took) {
    static const prometheus::Histogram::BucketBoundaries buckets{0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5};
    parts_->requests.Add({{"route", route.text}, {"status", std::to_string(status)}}).Increment();
    parts_->durations.Add({{"route", route.text}}, buckets).Observe(static_cast<double>(took.count()) / 1e6);
}

void Metrics::set(Literal gauge, double value) {
    parts_->gauges.Add({{"kind", gauge.text}}).Set(value);
}

std::string Metrics::text() const {
    return prometheus::TextSerializer().Serialize(parts_->registry.Collect());
}

}  // namespace haven::api
