// Runs a libFuzzer target without libFuzzer: every file of a corpus, then mutations of each that
// are the same on every run.
//
//   target CORPUS_FOLDER MUTATIONS_PER_FILE

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

using Random = std::mt19937_64;

void Run(const std::string& input) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(input.data()), input.size());
}

size_t Below(Random& random, size_t limit) { return limit == 0 ? 0 : random() % limit; }

// One of: a byte changed, bytes removed, bytes repeated, the end cut off.
void MutateOnce(Random& random, std::string& input) {
  const size_t at = Below(random, input.size());
  const size_t length = std::min<size_t>(1 + Below(random, 16), input.size() - at);
  switch (random() % 4) {
    case 0:
      if (!input.empty()) input[at] = static_cast<char>(random());
      break;
    case 1:
      input.erase(at, length);
      break;
    case 2:
      input.insert(at, input.substr(at, length));
      break;
    default:
      input.resize(at);
  }
}

std::string Mutate(Random& random, std::string input) {
  for (size_t changes = 1 + Below(random, 4); changes > 0; --changes) MutateOnce(random, input);
  return input;
}

std::vector<std::string> ReadCorpus(const char* folder) {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) paths.push_back(entry);
  std::sort(paths.begin(), paths.end());
  std::vector<std::string> inputs;
  for (const auto& path : paths) {
    std::ifstream file(path, std::ios::binary);
    inputs.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return inputs;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: %s CORPUS_FOLDER MUTATIONS_PER_FILE\n", argv[0]);
    return 2;
  }
  const std::vector<std::string> corpus = ReadCorpus(argv[1]);
  const long mutations = std::atol(argv[2]);
  Random random(1);
  for (const std::string& input : corpus) {
    Run(input);
    for (long i = 0; i < mutations; ++i) Run(Mutate(random, input));
  }
  std::printf("%zu files, %ld mutations of each\n", corpus.size(), mutations);
  return corpus.empty() ? 1 : 0;
}
