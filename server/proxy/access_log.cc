#include "server/proxy/access_log.h"

#include <array>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/utf8.h"
#include "server/rpc/log.h"

namespace serin {
namespace {

// Lines gathered on a loop before they are handed over, and how long they wait for that at most.
constexpr size_t kBlockBytes = 32 << 10;
constexpr absl::Duration kMaxDelay = absl::Milliseconds(100);

// Lines that wait for a reader of the log that does not read.
constexpr size_t kMaxPendingBytes = 8 << 20;

constexpr size_t kLoggedText = 200;  // Bytes of what callers send that a line may have.

void AppendEscaped(absl::string_view text, std::string* line) {
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      line->append({'\\', c});
    } else if (static_cast<unsigned char>(c) < 0x20) {
      absl::StrAppend(line, "\\u", absl::Hex(static_cast<unsigned char>(c), absl::kZeroPad4));
    } else {
      line->push_back(c);
    }
  }
}

// Bytes that are not UTF-8 become U+FFFD, as LogEvent has it.
void AppendText(absl::string_view name, absl::string_view text, std::string* line) {
  absl::StrAppend(line, ",\"", name, "\":\"");
  while (true) {
    const size_t valid = ValidUtf8Prefix(text);
    AppendEscaped(text.substr(0, valid), line);
    if (valid == text.size()) break;
    line->append("\xef\xbf\xbd");
    text.remove_prefix(valid + 1);
  }
  line->push_back('"');
}

void AppendNumber(absl::string_view name, const absl::AlphaNum& number, std::string* line) {
  absl::StrAppend(line, ",\"", name, "\":", number);
}

// With three digits after the point.
void AppendMilliseconds(absl::Duration duration, std::string* line) {
  const int64_t us = absl::ToInt64Microseconds(duration);
  absl::StrAppend(line, ",\"duration_ms\":", us / 1000, ".", absl::Dec(us % 1000, absl::kZeroPad3));
}

}  // namespace

void AppendCallFields(const CallRecord& call, std::string* line) {
  AppendText("request_id", call.request_id, line);
  AppendText("method", call.method.substr(0, kLoggedText), line);
  AppendText("code", absl::StatusCodeToString(call.status.code()), line);
  AppendMilliseconds(call.duration, line);
  AppendText("project", call.project.substr(0, kLoggedText), line);
  AppendText("peer", call.peer, line);
  AppendNumber("bytes_in", call.bytes_in, line);
  AppendNumber("bytes_out", call.bytes_out, line);
  if (call.version != 0) {
    AppendText("model", call.model, line);
    AppendNumber("version", call.version, line);
  }
  if (call.attempts > 1) AppendNumber("attempts", call.attempts, line);
  if (!call.status.ok()) AppendText("error", call.status.message(), line);
  if (!call.upstream_error.empty()) AppendText("upstream_error", call.upstream_error, line);
  line->append("}\n");
}

AccessLog::AccessLog(EventLoop* loop, const Clock* clock, LogWriter* writer, double sample)
    : clock_(clock),
      writer_(writer),
      sample_(sample),
      timer_(loop->MakeTimer([this] { Flush(); })) {}

AccessLog::~AccessLog() { Flush(); }

void AccessLog::Add(const CallRecord& call) {
  if (call.status.ok() && sample_ < 1 && !absl::Bernoulli(random_, sample_)) return;
  AppendTime();
  lines_.append(R"("level":"info","event":"request")");
  AppendCallFields(call, &lines_);
  if (lines_.size() >= kBlockBytes) return Flush();
  if (!std::exchange(armed_, true)) timer_->Arm(kMaxDelay);
}

void AccessLog::AppendTime() {
  const int64_t ms = absl::ToUnixMillis(clock_->Now());
  if (ms / 1000 != second_at_) {
    second_at_ = ms / 1000;
    second_ = absl::FormatTime("{\"time\":\"%Y-%m-%dT%H:%M:%S.", absl::FromUnixSeconds(second_at_),
                               absl::UTCTimeZone());
  }
  absl::StrAppend(&lines_, second_, absl::Dec(ms % 1000, absl::kZeroPad3), "Z\",");
}

void AccessLog::Flush() {
  armed_ = false;
  timer_->Disarm();
  if (lines_.empty()) return;
  std::string block;
  block.reserve(lines_.capacity());
  block.swap(lines_);
  writer_->Write(std::move(block));
}

LogWriter::LogWriter() : thread_([this] { Run(); }) {}

LogWriter::~LogWriter() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  thread_.join();
}

void LogWriter::Write(std::string lines) {
  absl::MutexLock lock(&mutex_);
  if (pending_.size() + lines.size() > kMaxPendingBytes) {
    dropped_bytes_ += lines.size();
  } else if (pending_.empty()) {
    pending_ = std::move(lines);
  } else {
    pending_ += lines;
  }
}

void LogWriter::Flush() {
  const auto done = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return pending_.empty() && !writing_;
  };
  absl::MutexLock lock(&mutex_);
  mutex_.Await(absl::Condition(&done));
}

void LogWriter::Run() {
  const auto work = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return !pending_.empty() || stopping_;
  };
  while (true) {
    std::string block;
    uint64_t dropped;
    {
      absl::MutexLock lock(&mutex_, absl::Condition(&work));
      if (pending_.empty()) return;
      block.swap(pending_);
      dropped = std::exchange(dropped_bytes_, 0);
      writing_ = true;
    }
    LogLines(block);
    if (dropped > 0) LogEvent(LogLevel::kWarning, "log_lines_dropped", {{"bytes", dropped}});
    absl::MutexLock lock(&mutex_);
    writing_ = false;
  }
}

}  // namespace serin
