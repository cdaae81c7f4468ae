# Runs in network and mount namespaces of its own. Standard input: {"family", "program", "rulesets": [text], "sources",
# "ports"}. For each rule set: loads it into the kernel, sends a datagram and opens a connection from every source to every
# port over a veth pair, and prints which arrived, and for nft its own list of the rules, as JSON.
import ctypes, json, os, select, socket, subprocess, sys, time

asked = json.load(sys.stdin)
v6 = asked["family"] == 6
AF = socket.AF_INET6 if v6 else socket.AF_INET
NODE = "2001:db8:ffff::1" if v6 else "203.0.113.1"
RESTORE = "ip6tables-restore" if v6 else "iptables-restore"
libc = ctypes.CDLL(None, use_errno=True)

def run(*words, text=None):
    return subprocess.run(words, input=text, text=True, check=True, stdout=subprocess.PIPE).stdout

def load(text):
    if asked["program"] != "nft":
        run(RESTORE, text=text)
        return ""
    # This namespace's own rules, and nobody else's.
    loaded = subprocess.run(["nft", "-f", "-"], input="flush ruleset\n" + text, text=True, capture_output=True)
    if loaded.returncode != 0: return ""
    return run("nft", "-j", "list", "ruleset")

def enter(fd):
    if libc.setns(fd, 0x40000000) != 0:
        raise OSError(ctypes.get_errno(), "setns")

node = os.open("/proc/self/ns/net", os.O_RDONLY)
if libc.unshare(0x40000000) != 0:
    raise OSError(ctypes.get_errno(), "unshare")
peer = os.open("/proc/self/ns/net", os.O_RDONLY)
run("ip", "link", "add", "veth1", "address", "02:00:00:00:00:02", "type", "veth", "peer", "name", "veth0", "address",
    "02:00:00:00:00:01", "netns", "/proc/%d/fd/%d" % (os.getpid(), node))
family = "-6" if v6 else "-4"
bits = "128" if v6 else "32"
for source in asked["sources"]:
    run("ip", family, "address", "add", source + "/" + bits, "dev", "veth1", *(["nodad"] if v6 else []))
run("ip", "link", "set", "lo", "up")
run("ip", "link", "set", "veth1", "up")
run("ip", family, "route", "add", NODE, "dev", "veth1")
run("ip", family, "neigh", "replace", NODE, "lladdr", "02:00:00:00:00:01", "dev", "veth1", "nud", "permanent")
enter(node)
run("ip", "link", "set", "lo", "up")
run("ip", family, "address", "add", NODE + "/" + bits, "dev", "veth0", *(["nodad"] if v6 else []))
run("ip", "link", "set", "veth0", "up")
for name in ("all", "veth0"):
    open("/proc/sys/net/ipv4/conf/%s/rp_filter" % name, "w").write("0")
for source in asked["sources"]:
    run("ip", family, "route", "add", source, "dev", "veth0")
    run("ip", family, "neigh", "replace", source, "lladdr", "02:00:00:00:00:02", "dev", "veth0", "nud", "permanent")

ANY = "::" if v6 else "0.0.0.0"
udp, tcp = [], []
for port in asked["ports"]:
    one = socket.socket(AF, socket.SOCK_DGRAM); one.bind((ANY, port)); one.setblocking(False); udp.append(one)
    two = socket.socket(AF, socket.SOCK_STREAM); two.bind((ANY, port)); two.listen(256); tcp.append(two)

# A port of its own for each packet: with one that an earlier rule set saw, conntrack would know an old connection.
unused = iter(range(10251, 65536))

def probe():
    enter(peer)
    pending = {}
    for source in asked["sources"]:
        for port in asked["ports"]:
            one = socket.socket(AF, socket.SOCK_DGRAM)
            one.bind((source, next(unused))); one.sendto(("%s %d" % (source, port)).encode(), (NODE, port)); one.close()
            two = socket.socket(AF, socket.SOCK_STREAM)
            two.setblocking(False); two.bind((source, next(unused)))
            two.connect_ex((NODE, port))
            pending[two.fileno()] = (two, source, port)
    enter(node)
    arrived = []
    waiting = select.poll()
    for fd in pending: waiting.register(fd, select.POLLOUT)
    until = time.time() + 0.12
    while pending and time.time() < until:
        for fd, event in waiting.poll(20):
            two, source, port = pending.pop(fd); waiting.unregister(fd)
            if two.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0 and not event & select.POLLHUP:
                arrived.append("tcp %s %d" % (source, port))
            two.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0"); two.close()
    for two, _, _ in pending.values(): two.close()
    for one in udp:
        while True:
            try: arrived.append("udp " + one.recv(100).decode())
            except BlockingIOError: break
    for two in tcp:
        two.setblocking(False)
        while True:
            try: two.accept()[0].close()
            except BlockingIOError: break
    return arrived

print(json.dumps([{"list": load(text), "arrived": probe()} for text in asked["rulesets"]]))
