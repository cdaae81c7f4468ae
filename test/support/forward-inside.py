# Runs in network and mount namespaces of its own. Standard input: {"rulesets": [text]}. For each rule set: loads it into the
# kernel of a router between a pod (behind cni0) and the address 169.254.169.254 (behind eth0), opens a connection from the pod
# to port 80 there, and prints whether it was opened, as JSON.
import ctypes, json, os, socket, subprocess, sys

asked = json.load(sys.stdin)
POD, SERVICE, PORT = "10.244.1.5", "169.254.169.254", 80
libc = ctypes.CDLL(None, use_errno=True)

def run(*words, text=None):
    subprocess.run(words, input=text, text=True, check=True, stdout=subprocess.DEVNULL)

def enter(fd):
    if libc.setns(fd, 0x40000000) != 0:
        raise OSError(ctypes.get_errno(), "setns")

def namespace():
    if libc.unshare(0x40000000) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    return os.open("/proc/self/ns/net", os.O_RDONLY)

node = os.open("/proc/self/ns/net", os.O_RDONLY)

def neighbour(name, address, route):
    there = namespace()
    run("ip", "link", "add", "veth1", "type", "veth", "peer", "name", name, "netns", "/proc/%d/fd/%d" % (os.getpid(), node))
    run("ip", "link", "set", "lo", "up")
    run("ip", "address", "add", address + "/32", "dev", "veth1")
    run("ip", "link", "set", "veth1", "up")
    run("ip", "route", "add", "203.0.113.1", "dev", "veth1")
    run("ip", "route", "add", "default", "via", "203.0.113.1")
    enter(node)
    run("ip", "link", "set", name, "up")
    run("ip", "route", "add", address, "dev", name)
    return there

run("ip", "link", "set", "lo", "up")
run("ip", "address", "add", "203.0.113.1/32", "dev", "lo")
pod = neighbour("cni0", POD, SERVICE)
service = neighbour("eth0", SERVICE, POD)
for key, value in (("ip_forward", "1"), ("conf/all/rp_filter", "0"), ("conf/cni0/rp_filter", "0"), ("conf/eth0/rp_filter", "0")):
    open("/proc/sys/net/ipv4/" + key, "w").write(value)
for name in ("cni0", "eth0"):
    open("/proc/sys/net/ipv4/conf/%s/proxy_arp" % name, "w").write("1")

enter(service)
listener = socket.socket(); listener.bind((SERVICE, PORT)); listener.listen(256)

# A port of its own for each: with one that an earlier rule set saw, conntrack would know an old connection.
unused = iter(range(10251, 65536))

def connect(seconds):
    enter(pod)
    one = socket.socket(); one.settimeout(seconds); one.bind((POD, next(unused)))
    try:
        one.connect((SERVICE, PORT))
        return True
    except OSError:
        return False
    finally:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0"); one.close()
        enter(node)

# The first also finds out who is where: it may take its time.
first = connect(10)
results = []
for text in asked["rulesets"]:
    run("iptables-restore", text=text)
    results.append(connect(0.2))
print(json.dumps({"first": first, "results": results}))
