#ifndef SERIN_CORE_ENGINE_INSTRUCTION_SET_H_
#define SERIN_CORE_ENGINE_INSTRUCTION_SET_H_

#include <vector>

namespace serin {

// What a processor can do beyond what every one of its kind can; each can all before it. Code for
// one is compiled with target attributes and run only where the processor has it; all give the same
// bits.
enum class InstructionSet {
  kAny,
  kAvx2,
  kAvx512,      // F, BW, DQ and VL.
  kAvx512Vbmi,  // Permutes bytes of two registers.
};

// Those that this processor has, kAny first.
std::vector<InstructionSet> InstructionSets();

inline InstructionSet WidestInstructionSet() { return InstructionSets().back(); }

}  // namespace serin

#endif  // SERIN_CORE_ENGINE_INSTRUCTION_SET_H_
