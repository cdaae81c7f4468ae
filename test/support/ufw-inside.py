# Runs in network and mount namespaces of its own, with its own copies of /etc/ufw and /etc/default/ufw. Standard input:
# {"sequences": [{"commands": [[word]], "files": {path: text}, "after": [[word]], "load": bool}]}. For each one, from the
# shipped files on: the commands through ufw's own parser and backend, the files in their place, more commands, then user.rules, `ufw show added` and `ufw status numbered`; with "load"
# ufw-init puts it into the kernel and iptables-save shows it. Prints JSON.
import ctypes, gettext, io, json, os, shutil, subprocess, sys

libc = ctypes.CDLL(None, use_errno=True)
def mount(source, target, kind, flags):
    if libc.mount(source.encode(), target.encode(), kind.encode() if kind else None, flags, None) != 0:
        raise OSError(ctypes.get_errno(), "mount " + target)

MS_BIND, MS_REC, MS_PRIVATE = 4096, 16384, 1 << 18
mount("none", "/", None, MS_REC | MS_PRIVATE)
# A folder that is there on every machine: covered in this namespace only, nothing stays behind.
work = "/mnt"
mount("tmpfs", work, "tmpfs", 0)
shipped, live = work + "/shipped", work + "/live"
os.makedirs(shipped)
for name in ("before.rules", "after.rules", "user.rules", "before6.rules", "after6.rules", "user6.rules"):
    shutil.copy("/usr/share/ufw/iptables/" + name, shipped + "/" + name)
shutil.copy("/usr/share/ufw/ufw.conf", shipped + "/ufw.conf")
shutil.copytree("/etc/ufw/applications.d", shipped + "/applications.d")
shutil.copytree(shipped, live)
shutil.copy("/etc/default/ufw", work + "/defaults")
shutil.copy("/etc/default/ufw", work + "/defaults.shipped")
mount(live, "/etc/ufw", None, MS_BIND)
mount(work + "/defaults", "/etc/default/ufw", None, MS_BIND)
mount("tmpfs", "/run", "tmpfs", 0)
subprocess.run(["ip", "link", "set", "lo", "up"], check=True)

sys.argv = ["/usr/sbin/ufw"]
gettext.install("ufw")
import ufw.frontend
from ufw.common import UFWError

def reset():
    for name in os.listdir(shipped):
        if name.endswith(".rules") or name.endswith(".conf"):
            shutil.copy(shipped + "/" + name, "/etc/ufw/" + name)
    with open(work + "/defaults.shipped") as one, open("/etc/default/ufw", "w") as two: two.write(one.read())

def frontend():
    ui = ufw.frontend.UFWFrontend(False)
    ui.backend.caps = {"limit": {"4": True, "6": True}}
    return ui

def save(program):
    return subprocess.run([program], capture_output=True, text=True, check=True).stdout

def sequence(asked):
    reset()
    refused = []
    perform(asked["commands"], refused)
    for path, text in asked.get("files", {}).items():
        with open(path, "w") as file: file.write(text)
    perform(asked.get("after", []), refused)
    return results(asked, refused)

def perform(commands, refused):
    for words in commands:
        err, sys.stderr = sys.stderr, io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
        try:
            parsed = ufw.frontend.parse_command(["ufw"] + words)
            rule = parsed.data.get("rule", "")
            frontend().do_action(parsed.action, rule, parsed.data.get("iptype", ""), True)
        except (UFWError, ValueError, SystemExit) as error:
            refused.append([words, str(error)])
        finally:
            sys.stderr = err

def results(asked, refused):
    err, sys.stderr = sys.stderr, io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
    try:
        ui = frontend()
        result = {"added": ui.get_show_added(), "numbered": ui.get_status(False, True)}
    except (Exception, SystemExit) as error:
        result = {"error": str(error)}
    result["warnings"] = sys.stderr.buffer.getvalue().decode()
    sys.stderr = err
    if asked.get("load"):
        with open("/etc/ufw/ufw.conf", "a") as conf: conf.write("ENABLED=yes\n")
        for program in ("iptables", "ip6tables"):
            subprocess.run([program, "-F"], check=True); subprocess.run([program, "-X"], check=True)
            for chain in ("INPUT", "OUTPUT", "FORWARD"): subprocess.run([program, "-P", chain, "ACCEPT"], check=True)
        started = subprocess.run(["/lib/ufw/ufw-init", "start"], capture_output=True, text=True)
        result.update(started=started.returncode, said=started.stdout + started.stderr, v4=save("iptables-save"), v6=save("ip6tables-save"))
    files = ["/etc/default/ufw"] + ["/etc/ufw/" + name for name in os.listdir("/etc/ufw") if name.endswith((".rules", ".conf"))]
    result.update(refused=refused, files={path: open(path).read() for path in files})
    return result

asked = json.load(sys.stdin)
# `ufw status` answers only while its chains are there.
subprocess.run(["/usr/sbin/ufw", "--force", "enable"], check=True, stdout=subprocess.DEVNULL)
print(json.dumps([sequence(one) for one in asked["sequences"]]))
