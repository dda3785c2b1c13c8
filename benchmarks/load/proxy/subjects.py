"""The proxies that are measured, each in front of the same upstream, and that upstream."""

import os
import socket
import subprocess
import time

from machine import RELEASE, Process, open_files

NGINX = """
worker_processes {threads};
worker_rlimit_nofile 20000;
daemon off;
pid {directory}/nginx.pid;
error_log {directory}/nginx.log;
events {{ worker_connections 20000; }}
http {{
  access_log off;
  client_body_temp_path {directory}/body;
  client_max_body_size 0;
  keepalive_requests 1000000000;
  keepalive_timeout 3600s;
  upstream service {{
    server {upstream};
    keepalive 256;
    keepalive_requests 1000000000;
  }}
  server {{
    listen 127.0.0.1:{port} http2 backlog=4096;
    http2_max_concurrent_streams 2000;
    location / {{ grpc_pass grpc://service; }}
  }}
}}
"""

HAPROXY = """
global
  nbthread {threads}
  maxconn {connections}
  tune.h2.max-concurrent-streams 2000
defaults
  mode http
  http-reuse always
  timeout connect 5s
  timeout client 1h
  timeout server 1h
frontend public
  bind 127.0.0.1:{port} proto h2
  default_backend service
backend service
  server one {upstream} proto h2
"""

THREADS = os.cpu_count()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _await_port(port):
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"nobody listens on port {port}")


class Upstream(Process):
    """bench_upstream: see the head of its source."""

    def __init__(self, slots=1, service_ms=0):
        super().__init__([f"{RELEASE}/benchmarks/load/bench_upstream", f"--slots={slots}",
                          f"--service_ms={service_ms}"], ready="upstream ready: ")
        self.address = self.said

    def received(self):
        """How many calls, bytes of messages, and resets of streams have come so far."""
        text = subprocess.run(["curl", "--silent", "--http2-prior-knowledge",
                               f"http://{self.address}/stats"],
                              stdout=subprocess.PIPE, text=True, check=True).stdout
        return tuple(int(pair.partition("=")[2]) for pair in text.split())


class Configured(Process):
    """A peer that reads a configuration file and does not say when it is ready."""

    def __init__(self, name, program, template, upstream, directory, *options):
        port = free_port()
        path = f"{directory}/{name}.conf"
        with open(path, "w") as file:
            file.write(template.format(port=port, upstream=upstream.address, directory=directory,
                                       threads=THREADS,
                                       # HAProxy wants two files for each, and some of its own.
                                       connections=min(15_000, (open_files() - 200) // 2)))
        super().__init__([program, *options, path], log=f"{directory}/{name}.err")
        self.name = name
        self.address = f"127.0.0.1:{port}"
        _await_port(port)


class Serin(Process):
    """Serin's proxy role by itself. Logs nothing per call, as the peers do not."""

    name = "Serin"

    def __init__(self, upstream, directory):
        server = f"{RELEASE}/server/serin-server"
        flags = ["--roles=proxy", "--port=0", "--admin_port=0", f"--control={upstream.address}",
                 f"--dataset={upstream.address}", f"--predict={upstream.address}"]
        usage = subprocess.run([server, "--help"], stdout=subprocess.PIPE, text=True).stdout
        # A call that is answered leaves no line.
        flags.append("--access_log_sample=0" if "--access_log_sample" in usage
                     else "--log_level=error")
        super().__init__([server, *flags], ready="serin-server ready: ",
                         log=f"{directory}/serin.log")
        self.address = dict(pair.split("=") for pair in self.said.split())["public"]


class Direct:
    """No proxy at all: what the others add is seen beside it."""

    name = "(none)"

    def __init__(self, upstream):
        self.address = upstream.address

    def cpu_seconds(self):
        return 0

    def stop(self):
        pass


def nginx(upstream, directory):
    return Configured("nginx", "/usr/sbin/nginx", NGINX, upstream, directory, "-c")


def haproxy(upstream, directory):
    return Configured("HAProxy", "/usr/sbin/haproxy", HAPROXY, upstream, directory, "-f")
