#ifndef SERIN_BENCHMARKS_LOAD_H2_SOCKET_H_
#define SERIN_BENCHMARKS_LOAD_H2_SOCKET_H_

#include <cstddef>
#include <string>

namespace serin::load {

// Sockets of the loopback interface, not blocking once they are there. Each ends the program with a
// message when it cannot be had.

// Listens on 127.0.0.1 at a port of the system's choice, which is put into `port`.
int Listen(int* port);
// -1 when there is nobody to accept.
int Accept(int listener);
// Connects to HOST:PORT, where HOST is an IPv4 address.
int Connect(const std::string& target);

// Lets the process have this many open files.
void AllowOpenFiles(size_t count);

}  // namespace serin::load

#endif  // SERIN_BENCHMARKS_LOAD_H2_SOCKET_H_
